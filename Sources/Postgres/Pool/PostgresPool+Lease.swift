extension PostgresPool {
    func lease(_ deadline: Duration) async throws -> PostgresConnection {
        let end = ContinuousClock.now + deadline
        switch contents.withLock({ $0.state.lease() }) {
        case .take(let connection):
            return try await usable(connection, until: end)
        case .open:
            return try await open(until: end)
        case .wait(let waiter):
            switch try await seat(waiter, deadline) {
            case .connection(let connection): return try await usable(connection, until: end)
            case .place: return try await open(until: end)
            }
        case .refuse(let error):
            throw error
        }
    }

    func release(_ connection: PostgresConnection) async {
        if connection.isHealthy, !connection.isClean {
            if let error = await connection.rollback() {
                logger.debug("a connection could not be reset and is discarded", metadata: ["error": "\(error)"])
            }
        }
        let handover = contents.withLock { contents -> PoolState<PostgresConnection>.Handover in
            contents.lent.removeValue(forKey: ObjectIdentifier(connection))
            return connection.isHealthy && connection.isClean
                ? contents.state.giveBack(connection) : contents.state.dropped()
        }
        if case .keep = handover, !connection.isClean || !connection.isHealthy { await connection.close() }
        await carryOut(handover)
    }

    private func carryOut(_ handover: PoolState<PostgresConnection>.Handover) async {
        switch handover {
        case .lend(let connection, let waiter): serve(waiter, .success(.connection(connection)))
        case .letOpen(let waiter): serve(waiter, .success(.place))
        case .close(let connection): await connection.close()
        case .keep: break
        }
    }

    /// An idle connection, or a new one in its place if the server closed it meanwhile.
    private func usable(
        _ connection: PostgresConnection,
        until end: ContinuousClock.Instant
    ) async throws -> PostgresConnection {
        if connection.isHealthy {
            let isAlive = if connection.hasUnreadInput { await connection.takeInput() } else { true }
            if isAlive {
                note(connection)
                return connection
            }
        }
        await connection.close()
        return try await open(until: end)
    }

    private func note(_ connection: PostgresConnection) {
        contents.withLock { $0.lent[ObjectIdentifier(connection)] = connection }
    }

    /// Opens a connection in a place that the caller holds, again and again until the time is up.
    private func open(until end: ContinuousClock.Instant) async throws -> PostgresConnection {
        var backoff = Backoff()
        while true {
            do {
                let connection = try await PostgresConnection.connect(
                    configuration,
                    logger: logger,
                    deadline: max(end - ContinuousClock.now, .milliseconds(1)),
                    limits: limits
                )
                try await onConnect?(connection)
                note(connection)
                return connection
            } catch {
                let pause = backoff.pause()
                let isWorthwhile = (error as? PostgresError)?.isUnavailable ?? false
                if isWorthwhile, !Task.isCancelled, ContinuousClock.now + pause < end {
                    logger.debug("no connection yet", metadata: ["error": "\(error)", "retryIn": "\(pause)"])
                    try? await Task.sleep(for: pause)
                    continue
                }
                await carryOut(contents.withLock { $0.state.dropped() })
                if let error = error as? PostgresError, error.code == .deadlineExceeded {
                    throw PostgresError(.connectionFailed, "No server answered in the time allowed; is it running?")
                }
                throw error
            }
        }
    }

    /// Waits until a connection or a place is free.
    private func seat(_ waiter: UInt64, _ deadline: Duration) async throws -> Grant {
        let timer = Task {
            try await Task.sleep(for: deadline)
            expire(
                waiter,
                PostgresError(
                    .poolExhausted,
                    "None of the \(maximumConnections) connections became free within \(deadline); try again later."
                )
            )
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let served = contents.withLock { contents -> Result<Grant, PostgresError>? in
                    if case .served(let result) = contents.seats.removeValue(forKey: waiter) { return result }
                    contents.seats[waiter] = .waiting(continuation)
                    return nil
                }
                if let served { continuation.resume(with: served) }
            }
        } onCancel: {
            expire(waiter, PostgresError(.cancelled, "The task was cancelled while it waited for a connection."))
        }
    }

    private func expire(_ waiter: UInt64, _ error: PostgresError) {
        guard contents.withLock({ $0.state.withdraw(waiter) }) else { return }
        serve(waiter, .failure(error))
    }

    func serve(_ waiter: UInt64, _ result: Result<Grant, PostgresError>) {
        let continuation = contents.withLock { contents -> CheckedContinuation<Grant, any Error>? in
            if case .waiting(let continuation) = contents.seats.removeValue(forKey: waiter) { return continuation }
            contents.seats[waiter] = .served(result)
            return nil
        }
        continuation?.resume(with: result)
    }
}
