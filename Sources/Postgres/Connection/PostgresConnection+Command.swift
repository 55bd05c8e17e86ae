import CLibpq
import Dispatch

/// Thrown within a command to leave it once it was interrupted; never leaves the actor.
struct CommandInterrupted: Error {
    var reason: CommandQueue.Interruption
}

extension PostgresConnection {
    /// Runs a command when its turn comes, with nobody else's in between, and leaves the line clear.
    ///
    /// - Parameters:
    ///   - query: The text to name in errors.
    ///   - deadline: For the command as a whole; without one, the connection's limits hold.
    ///   - inSteps: Whether it takes as long as its data does: the limit is then for each step, see `beginStep`.
    ///   - shielded: Whether the command runs even if the task is cancelled, as a rollback must.
    nonisolated func perform<R: Sendable>(
        _ query: String?,
        deadline: Duration?,
        inSteps: Bool = false,
        shielded: Bool = false,
        _ body: @Sendable (isolated PostgresConnection) async throws -> R
    ) async throws -> R {
        try await onOwnThread { connection in
            try await connection.performInTurn(query, deadline: deadline, inSteps: inSteps, shielded: shielded, body)
        }
    }

    /// Runs the closure with the connection's executor as the task's preferred one.
    ///
    /// The runtime compares both executors of a task wherever actor code is entered or resumed. While they are the
    /// same object it goes straight on; otherwise each step within a command would be queued anew.
    nonisolated func onOwnThread<R: Sendable>(
        _ body: @Sendable (isolated PostgresConnection) async throws -> R
    ) async throws -> R {
        let isPreferred = withUnsafeCurrentTask { $0?.unownedTaskExecutor } == executor.asUnownedTaskExecutor()
        if isPreferred { return try await body(self) }
        return try await withTaskExecutorPreference(executor) { try await body(self) }
    }

    private func performInTurn<R: Sendable>(
        _ query: String?,
        deadline: Duration?,
        inSteps: Bool,
        shielded: Bool,
        _ body: (isolated PostgresConnection) async throws -> R
    ) async throws -> R {
        let turn = try await takeTurn(query, deadline: deadline, inSteps: inSteps, shielded: shielded)
        do {
            let value =
                if shielded {
                    try await body(self)
                } else {
                    try await withTaskCancellationHandler {
                        try await body(self)
                    } onCancel: {
                        interruptLater(turn, .cancelled)
                    }
                }
            endTurn(turn)
            return value
        } catch {
            await clearLine(cancelling: !isLeftToServer)
            endTurn(turn)
            throw described(error, query: query)
        }
    }

    /// Waits until the command may use the line.
    func takeTurn(
        _ query: String?,
        deadline: Duration?,
        inSteps: Bool = false,
        shielded: Bool
    ) async throws -> CommandQueue.Turn {
        let stepLimit = inSteps && deadline == nil ? limits.batch : nil
        let deadline = deadline ?? (inSteps ? nil : limits.statement)
        if !shielded, Task.isCancelled { throw described(CommandInterrupted(reason: .cancelled), query: query) }
        let end = deadline.map { ContinuousClock.now + $0 }
        let turn: CommandQueue.Turn
        switch commands.submit() {
        case .refuse(let error):
            throw error.during(query: query)
        case .run(let mine):
            turn = mine
        case .wait(let mine):
            turn = mine
            if let deadline {
                let nanoseconds = Int(clamping: deadline / .nanoseconds(1), upTo: .max)
                executor.queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in
                    self?.assumeIsolated { $0.interrupt(mine, .deadlineExceeded, onlyWaiting: true) }
                }
            }
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { sit($0, mine) }
            } onCancel: {
                if !shielded { interruptLater(mine, .cancelled) }
            }
        }
        self.deadline = end
        self.stepLimit = stepLimit
        beginStep()
        condition.withLock { $0.isClean = false }
        return turn
    }

    /// A command that takes as long as its data does has something new to wait for.
    func beginStep() {
        if let stepLimit { deadline = ContinuousClock.now + stepLimit }
    }

    /// The command is over and the line clear: the next one's turn.
    func endTurn(_ turn: CommandQueue.Turn) {
        deadline = nil
        stepLimit = nil
        isLeftToServer = false
        if commands.closure != nil { line = nil }
        let isOutsideTransaction = line?.transactionStatus == PQTRANS_IDLE
        let next = commands.finish(turn)
        condition.withLock { $0.isClean = isOutsideTransaction && next == nil }
        if let next { settle(next, .success(())) }
    }

    /// Waits for the turn, unless that was settled already.
    private func sit(_ continuation: CheckedContinuation<Void, any Error>, _ turn: CommandQueue.Turn) {
        if let result = settled.removeValue(forKey: turn) {
            continuation.resume(with: result)
        } else {
            waiters[turn] = continuation
        }
    }

    /// Ends a command's wait for its turn, even if it has not begun.
    func settle(_ turn: CommandQueue.Turn, _ result: Result<Void, PostgresError>) {
        if let waiter = waiters.removeValue(forKey: turn) {
            waiter.resume(with: result)
        } else {
            settled[turn] = result
        }
    }

    nonisolated func interruptLater(_ turn: CommandQueue.Turn, _ reason: CommandQueue.Interruption) {
        executor.queue.async { [self] in
            assumeIsolated { $0.interrupt(turn, reason) }
        }
    }

    func interrupt(_ turn: CommandQueue.Turn, _ reason: CommandQueue.Interruption, onlyWaiting: Bool = false) {
        // Once it runs, the deadline is watched where the command waits for the socket.
        if onlyWaiting, commands.running == turn { return }
        switch commands.interrupt(turn, reason) {
        case .withdraw:
            settle(turn, .failure(CommandInterrupted(reason: reason).error))
        case .wake:
            wake()
        case .ignore:
            break
        }
    }

    /// Stops what the server is still doing for a command that was left early, and reads what is left of its answer.
    ///
    /// - Parameter cancelling: without it the server is not asked to stop: the answer is waited for a moment, and the
    ///   connection given up then.
    func clearLine(cancelling: Bool = true) async {
        guard commands.closure == nil, let line else { return }
        guard PQpipelineStatus(line.pointer) != PQ_PIPELINE_OFF || line.transactionStatus == PQTRANS_ACTIVE else {
            return
        }
        isClearing = true
        deadline = ContinuousClock.now + .seconds(5)
        defer { isClearing = false }
        let token = cancelling ? line.cancelToken : nil
        // Again and again: a server that has not begun with the statement yet takes no notice of the first request.
        let requests = Task.detached {
            while !Task.isCancelled, let token {
                await token.request()
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
        do {
            try await drain()
            // The last request must have arrived before the next command begins, or it would stop that one.
            requests.cancel()
            await requests.value
        } catch {
            requests.cancel()
            shut(
                PostgresError(
                    .connectionLost,
                    "The statement could not be stopped in time; the connection was given up."
                )
            )
        }
    }

    func described(_ error: any Error, query: String?) -> any Error {
        switch error {
        case let error as CommandInterrupted: error.error.during(query: query)
        case let error as PostgresError: error.during(query: query)
        default: error
        }
    }
}

extension CommandInterrupted {
    var error: PostgresError {
        switch reason {
        case .cancelled:
            PostgresError(.cancelled, "The task was cancelled, and with it the statement.")
        case .deadlineExceeded:
            PostgresError(.deadlineExceeded, "The statement took longer than its deadline allows and was given up.")
        }
    }
}

extension Int {
    fileprivate init(clamping value: Double, upTo limit: Int) {
        self = value >= Double(limit) / 2 ? limit / 2 : Int(value)
    }
}
