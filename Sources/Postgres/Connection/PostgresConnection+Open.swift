import CLibpq

extension PostgresConnection {
    /// Tries the hosts in order until one answers.
    nonisolated func open(deadline: Duration?) async throws {
        try await perform(nil, deadline: deadline) { connection in
            var failures: [String] = []
            for attempt in connection.configuration.attempts {
                do {
                    try await connection.open(attempt)
                    return
                } catch let error as PostgresError {
                    failures.append("\(attempt.place): \(error.message)")
                    connection.line = nil
                }
            }
            let error = PostgresError(
                .connectionFailed,
                "No server could be reached. " + failures.joined(separator: " | ")
            )
            connection.shut(error)
            throw error
        }
    }

    private func open(_ attempt: ConnectionAttempt) async throws {
        guard let pointer = start(attempt) else {
            throw PostgresError(.connectionFailed, "libpq has no memory for a connection.")
        }
        let line = ServerLine(pointer, logger: logger)
        self.line = line
        let end = ContinuousClock.now + configuration.connectTimeout
        var wanted: Readiness = .writable
        while !line.isBroken {
            try checkInterruption()
            let limit = deadline.map { min($0, end) } ?? end
            guard try await isReady(wanted, before: limit) else {
                if ContinuousClock.now < end { continue }
                throw PostgresError(.connectionFailed, "no answer within \(configuration.connectTimeout)")
            }
            switch PQconnectPoll(pointer) {
            case PGRES_POLLING_READING: wanted = .readable
            case PGRES_POLLING_WRITING: wanted = .writable
            case PGRES_POLLING_OK:
                line.becomeReady()
                condition.withLock { $0 = Condition(isOpen: true, descriptor: line.descriptor) }
                return
            default:
                throw PostgresError(.connectionFailed, line.message)
            }
        }
        throw PostgresError(.connectionFailed, line.message)
    }

    private func start(_ attempt: ConnectionAttempt) -> OpaquePointer? {
        var names: [UnsafePointer<CChar>?] = []
        var values: [UnsafePointer<CChar>?] = []
        // libpq copies them before it returns.
        let texts = attempt.keywords.map { (Array($0.key.utf8CString), Array($0.value.utf8CString)) }
        func withNext(_ index: Int) -> OpaquePointer? {
            guard index < texts.count else {
                names.append(nil)
                values.append(nil)
                return PQconnectStartParams(names, values, 0)
            }
            return texts[index].0.withUnsafeBufferPointer { name in
                texts[index].1.withUnsafeBufferPointer { value in
                    names.append(name.baseAddress)
                    values.append(value.baseAddress)
                    return withNext(index + 1)
                }
            }
        }
        return withNext(0)
    }
}
