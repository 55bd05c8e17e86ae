import Logging
import MerkleLog
import Metrics
import Postgres
import Time

/// Group commit: turns the queue of requests into batches, one transaction each, with up to two in flight.
///
/// While PostgreSQL commits one batch the next is decided, hashed and sent; it waits there for the head lock. Only the
/// head lock orders batches, so any number of replicas may do this at once: a batch whose plan no longer matches the
/// head is refused by `log.claim`, and planned again.
actor Appender {
    private let queue: AppendQueue
    private let database: LogDatabase
    private let planner: BatchPlanner
    private let limits: AppendLimits
    private let committed: CommitSignal
    private let logger: Logger
    private var tail: LogTail?
    /// The tail that turned out to be behind, kept for what it knows of the log's past.
    private var formerTail: LogTail?
    /// The size up to which the log is known here, by commits of our own or by reading.
    private var confirmedSize: Int64 = 0
    private var inFlight: [Task<Void, Never>] = []
    private var turn = 0
    /// Batches that broke off at the commit, to be looked for.
    private var unresolved: [BatchPlan] = []
    private var failures: [(plan: BatchPlan, error: any Error)] = []
    /// How many requests a batch may hold, while the request that makes batches fail is being looked for.
    private var isolation = Int.max
    private var isolated = 0

    private let batches = Counter(label: "daybook_log_batches_total")
    private let events = Counter(label: "daybook_log_events_total")
    private let retries = Counter(label: "daybook_log_batch_retries_total")

    init(
        queue: AppendQueue,
        database: LogDatabase,
        planner: BatchPlanner,
        limits: AppendLimits,
        committed: CommitSignal,
        logger: Logger
    ) {
        self.queue = queue
        self.database = database
        self.planner = planner
        self.limits = limits
        self.committed = committed
        self.logger = logger
    }

    /// Runs until the queue is closed and drained.
    func run() async {
        while true {
            await queue.waitUntilReady()
            if !failures.isEmpty || !unresolved.isEmpty { await recover() }
            if queue.isDrained {
                await settleAll()
                if queue.isDrained, failures.isEmpty, unresolved.isEmpty { break }
                continue
            }
            if inFlight.count >= limits.batchesInFlight { await inFlight.removeFirst().value }
            guard failures.isEmpty, unresolved.isEmpty else { continue }
            await sendNext()
        }
        await database.close()
    }

    private func settleAll() async {
        while !inFlight.isEmpty { await inFlight.removeFirst().value }
    }

    // MARK: A batch's way

    private func sendNext() async {
        let requests = queue.take(events: limits.batchEvents, requests: isolation)
        guard !requests.isEmpty else { return }
        if isolation < .max {
            isolated -= requests.count
            if isolated <= 0 { isolation = .max }
        }
        do {
            var tail = try await currentTail()
            tail.forgetSettled()
            let needs = LookupNeeds(requests, tail: tail)
            let lookups = needs.isEmpty ? Lookups() : try await database.lookUp(needs)
            self.tail = nil  // Uniquely held while it changes: its caches are not copied.
            let plan = try planner.plan(requests, lookups: lookups, on: &tail, now: .now())
            self.tail = tail
            let previous = inFlight.last
            let turn = turn
            self.turn += 1
            inFlight.append(Task { await self.commit(plan, turn: turn, after: previous) })
        } catch {
            await broke(requests, by: error)
        }
    }

    private func currentTail() async throws -> LogTail {
        if let tail { return tail }
        await settleAll()
        var loaded = try await database.loadTail(observing: formerTail == nil ? nil : confirmedSize)
        if let formerTail { loaded.remember(formerTail) }
        formerTail = nil
        confirmedSize = loaded.size
        tail = loaded
        return loaded
    }

    private func commit(_ plan: BatchPlan, turn: Int, after previous: Task<Void, Never>?) async {
        if plan.eventCount == 0 {
            // Nothing to write, but the answers rest on the batches before.
            await previous?.value
            if failures.isEmpty, unresolved.isEmpty { answer(plan) } else { queue.putBack(plan.pending) }
            return
        }
        for accepted in plan.accepted { accepted.pending.wasSent = true }
        do {
            try await database.write(plan, turn: turn)
            answer(plan)
        } catch  where DatabaseFailure(error) == .outcomeUnknown {
            unresolved.append(plan)
            queue.wake()
        } catch {
            for accepted in plan.accepted { accepted.pending.wasSent = false }
            failures.append((plan, error))
            queue.putBack(plan.pending)
            queue.wake()
        }
    }

    private func answer(_ plan: BatchPlan) {
        batches.increment()
        events.increment(by: plan.eventCount)
        for accepted in plan.accepted {
            var receipt = accepted.receipt
            receipt.checkpointSize = plan.newSize
            accepted.pending.finish(.success(receipt))
        }
        for answered in plan.answered { answered.pending.finish(answered.outcome) }
        var orphans: [PendingAppend] = []
        for follower in plan.followers {
            switch follower.leader.outcome {
            case .success(var receipt):
                receipt.isReplay = true
                follower.pending.finish(.success(receipt))
            case .failure, nil:
                orphans.append(follower.pending)
            }
        }
        if !orphans.isEmpty { queue.putBack(orphans) }
        if plan.eventCount > 0 {
            confirmedSize = max(confirmedSize, plan.newSize)
            committed.send(plan.newSize)
        }
    }

    // MARK: Recovery

    /// After a failed batch: waits for the rest in flight (which then fail as well), finds out what became of batches
    /// that broke off, and starts again from the true end of the log.
    private func recover() async {
        await settleAll()
        discardTail()
        retries.increment()
        while !unresolved.isEmpty {
            let plan = unresolved[0]
            do {
                await database.discardBroken()
                if try await database.isCommitted(plan) {
                    answer(plan)
                } else {
                    for accepted in plan.accepted { accepted.pending.wasSent = false }
                    queue.putBack(plan.pending)
                }
                unresolved.removeFirst()
            } catch {
                giveUpOnExpired(plan.pending)
                if plan.pending.allSatisfy({ $0.outcome != nil }) {
                    unresolved.removeFirst()
                } else {
                    await pause(error)
                }
            }
        }
        let failed = failures
        failures = []
        for (plan, error) in failed { await judge(plan, error) }
    }

    /// A batch that PostgreSQL refused: because the log moved on, because it is away, or because of one request in it.
    private func judge(_ plan: BatchPlan, _ error: any Error) async {
        switch DatabaseFailure(error) {
        case .unavailable, .outcomeUnknown:
            await broke([], by: error)
            return
        case .movedOn:
            logger.debug("the log moved on; planning again", metadata: ["expected": "\(plan.expectedSize)"])
            return
        case .refusal:
            break
        }
        if plan.accepted.count == 1, let culprit = plan.accepted.first?.pending {
            logger.error("an append was refused by the database", metadata: ["error": "\(error)"])
            queue.remove(culprit)
            culprit.finish(
                .failure(
                    AppendError(
                        .refused,
                        "The database refused the event; nothing was recorded. The reason is in the server's log."
                    )
                )
            )
        } else {
            isolation = max(1, plan.accepted.count / 2)
            isolated = plan.pending.count
        }
    }

    /// PostgreSQL is away: puts the requests back, fails those that waited too long, and waits a moment.
    private func broke(_ requests: [PendingAppend], by error: any Error) async {
        discardTail()
        queue.putBack(requests)
        await database.discardBroken()
        giveUpOnExpired(queue.takeExpired(age: limits.patience))
        await pause(error)
    }

    private func discardTail() {
        if let tail { formerTail = tail }
        tail = nil
    }

    private func giveUpOnExpired(_ pending: [PendingAppend]) {
        let now = ContinuousClock.now
        for item in pending where now - item.enqueuedAt > limits.patience {
            item.finish(
                .failure(
                    item.wasSent
                        ? AppendError(
                            .outcomeUnknown,
                            "The database was lost during the commit; repeat the request with the same idempotency key."
                        )
                        : AppendError(.unavailable, "The database cannot be reached; nothing was recorded. Try again.")
                )
            )
        }
    }

    private func pause(_ error: any Error) async {
        logger.warning("the log cannot be written", metadata: ["error": "\(error)"])
        try? await Task.sleep(for: limits.retryInterval)
    }
}
