import CLibpq

extension PostgresConnection {
    /// Runs a `COPY … FROM STDIN` with the data given; answers how many rows were taken.
    @discardableResult
    package nonisolated func copyIn(_ text: String, _ bytes: [UInt8], deadline: Duration? = nil) async throws -> Int {
        try await perform(text, deadline: deadline, inSteps: true) { connection in
            let line = try await connection.beginCopyIn(text)
            try await connection.sendCopy(bytes, line)
            return try await connection.collect(line).affectedRows
        }
    }

    /// Runs a `COPY … FROM STDIN` with the data that `next` hands over piece by piece, nil at its end.
    ///
    /// A piece is asked for when the one before is on its way. If `next` throws, nothing is stored and its error is
    /// thrown.
    @discardableResult
    package nonisolated func copyIn(
        _ text: String,
        deadline: Duration? = nil,
        from next: @Sendable () async throws -> [UInt8]?
    ) async throws -> Int {
        try await perform(text, deadline: deadline, inSteps: true) { connection in
            let line = try await connection.beginCopyIn(text)
            while let piece = try await next() {
                connection.beginStep()
                try connection.checkInterruption()
                guard try await connection.sendCopyPieces(piece, line) else {
                    return try await connection.collect(line).affectedRows
                }
            }
            connection.beginStep()
            try connection.checkInterruption()
            try await connection.endCopy(refusing: nil, line)
            return try await connection.collect(line).affectedRows
        }
    }

    private func beginCopyIn(_ text: String) async throws -> ServerLine {
        let line = try openLine()
        if text.holdsNUL { throw PostgresError(.misuse, "The statement holds a NUL character.") }
        guard PQsendQuery(line.pointer, text) == 1 else { throw lost(line) }
        try await flush(line)
        guard let result = try await nextResult(line) else { throw lost(line) }
        switch result.status {
        case PGRES_COPY_IN:
            return line
        case PGRES_FATAL_ERROR:
            let error = serverError(result, line)
            while try await nextResult(line) != nil {}
            throw error
        default:
            throw PostgresError(.misuse, "copyIn wants one COPY … FROM STDIN statement.")
        }
    }
}
