import CLibpq

extension PostgresConnection {
    /// Runs a `COPY … TO STDOUT` and folds what it sends, message by message, into `value`; answers it at the end.
    ///
    /// Nothing is copied on the way: each message is lent to `fold` where libpq has it, on the connection's own thread,
    /// while the server goes on sending. If `fold` throws, the COPY is cancelled on the server and the error thrown.
    package nonisolated func copyOut<Value: Sendable>(
        _ text: String,
        deadline: Duration? = nil,
        into value: Value,
        _ fold: @Sendable (inout Value, UnsafeRawBufferPointer) throws -> Void
    ) async throws -> Value {
        try await perform(text, deadline: deadline, inSteps: true) { connection in
            let line = try await connection.startCopyOut(text)
            var value = value
            while try await connection.foldCopyMessages(line, into: &value, fold) {}
            _ = try await connection.collect(line)
            return value
        }
    }

    /// Sends the statement and waits until the server is about to send data.
    func startCopyOut(_ text: String) async throws -> ServerLine {
        let line = try openLine()
        if text.holdsNUL { throw PostgresError(.misuse, "The statement holds a NUL character.") }
        guard PQsendQuery(line.pointer, text) == 1 else { throw lost(line) }
        try await flush(line)
        guard let result = try await nextResult(line) else { throw lost(line) }
        switch result.status {
        case PGRES_COPY_OUT:
            return line
        case PGRES_FATAL_ERROR:
            let error = serverError(result, line)
            while try await nextResult(line) != nil {}
            throw error
        default:
            throw PostgresError(.misuse, "copyOut wants one COPY … TO STDOUT statement.")
        }
    }

    /// Folds the messages that are there, and waits for more. Answers false at the end of the data.
    private func foldCopyMessages<Value>(
        _ line: ServerLine,
        into value: inout Value,
        _ fold: (inout Value, UnsafeRawBufferPointer) throws -> Void
    ) async throws -> Bool {
        guard try foldBufferedMessages(line, into: &value, fold) else { return false }
        beginStep()
        try await wait(for: .readable)
        try consume(line)
        return true
    }

    private func foldBufferedMessages<Value>(
        _ line: ServerLine,
        into value: inout Value,
        _ fold: (inout Value, UnsafeRawBufferPointer) throws -> Void
    ) throws -> Bool {
        while true {
            var data: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(line.pointer, &data, 1)
            guard length > 0 else { return length == 0 }
            defer { PQfreemem(data) }
            try fold(&value, UnsafeRawBufferPointer(start: data, count: Int(length)))
        }
    }
}
