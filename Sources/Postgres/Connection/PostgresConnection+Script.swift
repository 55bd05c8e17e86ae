import CLibpq

extension PostgresConnection {
    /// Runs several statements, separated by `;`, in one message of the simple protocol.
    ///
    /// Each `COPY … FROM STDIN (FORMAT binary)` in the text takes the next element of `copying`, which is sent as soon
    /// as the server asks for it. Answers one entry for each statement that ran, in order; those without rows have an
    /// empty one. The first error ends the script and is thrown with the statement's index; a transaction that the
    /// script began is then still open and failed, and the connection usable after `ROLLBACK`.
    ///
    /// - Parameters:
    ///   - leavingToServer: whether the server finishes the script once it is given the last of the data. At the deadline,
    ///     or when the task is cancelled, the script is then not cancelled there: soon after, the connection is closed.
    ///     For a script that commits, where a cancellation would have the commit count as made before a synchronous
    ///     standby has it.
    ///   - onCopy: called whenever the server asks for data: all statements before that COPY have run.
    @discardableResult
    package nonisolated func script(
        _ text: String,
        copying: [[UInt8]] = [],
        deadline: Duration? = nil,
        leavingToServer: Bool = false,
        onCopy: @escaping @Sendable () -> Void = {}
    ) async throws -> [[TextRow]] {
        try await perform(text, deadline: deadline) { connection in
            try await connection.runScript(text, copying, leavingToServer, onCopy)
        }
    }

    private func runScript(
        _ text: String,
        _ copying: [[UInt8]],
        _ leavingToServer: Bool,
        _ onCopy: @Sendable () -> Void
    ) async throws -> [[TextRow]] {
        let line = try openLine()
        if text.holdsNUL { throw PostgresError(.misuse, "The script holds a NUL character.") }
        guard PQsendQuery(line.pointer, text) == 1 else { throw lost(line) }
        try await flush(line)
        var results: [[TextRow]] = []
        var failure: PostgresError?
        var copied = 0
        while let result = try await nextResult(line) {
            switch result.status {
            case PGRES_COPY_IN:
                onCopy()
                if copied < copying.count {
                    isLeftToServer = leavingToServer && copied == copying.count - 1
                    try await sendCopy(copying[copied], line)
                    copied += 1
                } else {
                    failure = PostgresError(
                        .misuse,
                        "The script has more COPY statements than the \(copying.count) that data was given for.",
                        statementIndex: results.count
                    )
                    try await endCopy(refusing: "no data was given", line)
                }
            case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR:
                failure = failure ?? serverError(result, line).during(query: nil, statementIndex: results.count)
            case PGRES_COPY_OUT, PGRES_COPY_BOTH:
                failure = PostgresError(.misuse, "A script cannot COPY TO STDOUT; call copyOut.")
                while try await nextCopyData(line, { _ in }) {}
            default:
                results.append(result.textRows)
            }
        }
        if let failure { throw failure }
        return results
    }

    /// Sends one COPY's data and its end. If the server refuses midway, its error is the next result.
    func sendCopy(_ bytes: [UInt8], _ line: ServerLine) async throws {
        if try await sendCopyPieces(bytes, line) { try await endCopy(refusing: nil, line) }
    }

    /// Big enough to cost few calls, small enough that the server parses while the rest is on its way.
    static let copyMessageSize = 64 * 1024

    /// Answers false if the server no longer takes data.
    func sendCopyPieces(_ bytes: [UInt8], _ line: ServerLine) async throws -> Bool {
        var offset = 0
        while offset < bytes.count {
            let end = min(offset + Self.copyMessageSize, bytes.count)
            guard try await sendCopyMessage(bytes[offset..<end], line) else { return false }
            offset = end
        }
        return true
    }

    /// Answers false if the server no longer takes data.
    private func sendCopyMessage(_ bytes: ArraySlice<UInt8>, _ line: ServerLine) async throws -> Bool {
        while true {
            let status = bytes.withUnsafeBytes { buffer in
                PQputCopyData(
                    line.pointer,
                    buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                    Int32(buffer.count)
                )
            }
            switch status {
            case 1:
                try await flush(line)
                return true
            case 0:
                try await flush(line)
            default:
                if line.isBroken { throw lost(line) }
                return false
            }
        }
    }

    func endCopy(refusing reason: String?, _ line: ServerLine) async throws {
        while PQputCopyEnd(line.pointer, reason) == 0 {
            try await flush(line)
        }
        try await flush(line)
    }
}
