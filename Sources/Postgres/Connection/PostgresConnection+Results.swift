import CLibpq

extension PostgresConnection {
    /// Sends all that libpq has buffered, taking in what comes meanwhile so that neither side blocks the other.
    func flush(_ line: ServerLine) async throws {
        while true {
            switch PQflush(line.pointer) {
            case 0:
                return
            case 1:
                try await wait(for: [.readable, .writable])
                try consume(line)
            default:
                throw lost(line)
            }
        }
    }

    /// Takes in what the socket has.
    func consume(_ line: ServerLine) throws {
        guard PQconsumeInput(line.pointer) == 1 else { throw lost(line) }
    }

    /// The next result of the command, nil when it is over.
    func nextResult(_ line: ServerLine) async throws -> ServerResult? {
        while PQisBusy(line.pointer) == 1 {
            if try !isReadySoon(.readable) { try await wait(for: .readable) }
            try consume(line)
        }
        return PQgetResult(line.pointer).map { ServerResult($0) }
    }

    /// Reads a command to its end; answers its last result or throws its first error.
    func collect(_ line: ServerLine) async throws -> ServerResult {
        var last: ServerResult?
        var failure: PostgresError?
        while true {
            // `nextResult`, spelled out: every statement comes this way, and mostly without a suspension.
            while PQisBusy(line.pointer) == 1 {
                if try !isReadySoon(.readable) { try await wait(for: .readable) }
                try consume(line)
            }
            guard let result = PQgetResult(line.pointer).map({ ServerResult($0) }) else { break }
            switch result.status {
            case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR:
                failure = failure ?? serverError(result, line)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                throw PostgresError(.misuse, "COPY moves data: call copyIn, copyOut or script for it.")
            default:
                last = result
            }
        }
        if let failure { throw failure }
        guard let last else { throw lost(line) }
        return last
    }

    /// What a failed result says. A connection that did not survive it is given up.
    func serverError(_ result: ServerResult, _ line: ServerLine) -> PostgresError {
        let server = ServerDiagnostics(reading: result.pointer)
        let isFatal = server.severity == "FATAL" || server.severity == "PANIC"
        guard let state = server.sqlState, !isFatal, !line.isBroken else {
            return lost(line, server: server)
        }
        return PostgresError(.server(state), server.message ?? "The server gave no message.", server: server)
    }

    /// The connection is gone: gives it up and says why.
    func lost(_ line: ServerLine, server: ServerDiagnostics? = nil) -> PostgresError {
        let reason = server?.message ?? line.message
        let error = PostgresError(
            .connectionLost,
            "The connection to the server was lost, and whether the statement took effect is unknown: "
                + (reason.isEmpty ? "no reason given." : reason),
            server: server
        )
        shut(error)
        return error
    }

    /// Reads and drops whatever is left of a command.
    func drain() async throws {
        let line = try openLine()
        let isPipeline = PQpipelineStatus(line.pointer) != PQ_PIPELINE_OFF
        try await flush(line)
        while true {
            guard let result = try await nextResult(line) else {
                if isPipeline { continue }
                return
            }
            switch result.status {
            case PGRES_COPY_IN, PGRES_COPY_BOTH:
                PQputCopyEnd(line.pointer, "the client stopped sending")
                try await flush(line)
            case PGRES_COPY_OUT:
                while try await nextCopyData(line, { _ in }) {}
            case PGRES_FATAL_ERROR:
                _ = serverError(result, line)
            case PGRES_PIPELINE_SYNC:
                PQexitPipelineMode(line.pointer)
                return
            default:
                break
            }
        }
    }

    /// Lends the next message of a COPY OUT. Answers false at the end.
    func nextCopyData(_ line: ServerLine, _ body: (UnsafeRawBufferPointer) -> Void) async throws -> Bool {
        while true {
            var data: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(line.pointer, &data, 1)
            switch length {
            case 0:
                try await wait(for: .readable)
                try consume(line)
            case 1...:
                body(UnsafeRawBufferPointer(start: data, count: Int(length)))
                PQfreemem(data)
                return true
            default:
                return false
            }
        }
    }
}
