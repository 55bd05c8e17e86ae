import Logging
import Postgres

extension Appender {
    /// After a failed batch: waits for the rest in flight (which then fail as well), finds out what became of batches
    /// whose commit broke off, puts everything else back in its order, and starts again from the true end of the log.
    func recover() async {
        await settleAll()
        discardTail()
        retries.increment()
        let failed = failures.sorted { $0.turn < $1.turn }
        failures = []
        var again: [Failure] = []
        for failure in failed {
            if DatabaseFailure(failure.error) == .outcomeUnknown, await isRecorded(failure.plan) {
                answer(failure.plan)
                underWay[failure.turn] = nil
            } else {
                again.append(failure)
            }
        }
        // The first that failed tells why; those after it had to fail with it.
        guard let first = again.first else { return }
        refuseCulprit(first)
        if DatabaseFailure(first.error) == .outdated { refuseAll(again, because: first.error) }
        putBack(again.flatMap(\.plan.pending))
        for failure in again { underWay[failure.turn] = nil }
        switch DatabaseFailure(first.error) {
        case .movedOn:
            lostRaces += 1
            logger.debug("the log moved on; planning again", metadata: ["expected": "\(first.plan.expectedSize)"])
        case .refusal:
            isolation = max(1, first.plan.pending.count / 2)
            isolated = first.plan.pending.count
        case .outdated:
            break
        case .unavailable, .outcomeUnknown:
            await database.discardBroken()
            await pause(first.error)
        }
    }

    /// Whether a batch whose commit broke off is in the log. Asks until PostgreSQL answers, or until nobody waits for
    /// the answer any more.
    private func isRecorded(_ plan: BatchPlan) async -> Bool {
        guard !plan.accepted.isEmpty else { return false }
        while true {
            do {
                await database.discardBroken()
                return try await database.isCommitted(plan)
            } catch {
                if plan.pending.allSatisfy({ $0.wasAbandoned || $0.outcome != nil }) { return false }
                await pause(error)
            }
        }
    }

    /// Answers the request that PostgreSQL refused, once it is known which it is.
    private func refuseCulprit(_ failure: Failure) {
        guard DatabaseFailure(failure.error) == .refusal, failure.plan.pending.count == 1,
            let culprit = failure.plan.pending.first
        else { return }
        logger.error("an append was refused by the database", metadata: ["error": "\(failure.error)"])
        culprit.finish(
            .failure(
                AppendError(
                    .refused,
                    "The database refused the event; nothing was recorded. The reason is in the server's log."
                )
            )
        )
    }

    /// Answers everybody at once: waiting would not make this program the one that the database needs.
    private func refuseAll(_ failures: [Failure], because error: any Error) {
        logger.critical(
            "this process is older than the read models; restart it with the new release",
            metadata: ["error": "\(error)"]
        )
        for item in failures.flatMap(\.plan.pending) {
            item.finish(
                .failure(
                    AppendError(
                        .unavailable,
                        "This process is older than the read models; restart it with the new release. "
                            + "Nothing was recorded."
                    )
                )
            )
        }
    }

    /// The database or the signing key is away: waits a moment.
    private func pause(_ error: any Error) async {
        if error is KeyStoreError {
            trouble = AppendError(
                .unavailable,
                "The log cannot be signed; nothing was recorded. The reason is in the server's log."
            )
        }
        if (error as? PostgresError)?.constraint == "events_pkey" {
            trouble = AppendError(.unavailable, "The log is damaged at its end; nothing was recorded.")
            logger.critical("there is an event beyond the end of the log; run: daybook verify")
        }
        logger.warning("the log cannot be written", metadata: ["error": "\(error)"])
        try? await Task.sleep(for: limits.retryInterval)
    }

    /// Answers callers whose patience has ended, whatever the appender waits for.
    func giveUpOnExpired() {
        for item in queue.takeExpired(age: limits.patience) { item.giveUp(because: trouble) }
        let now = ContinuousClock.now
        for items in underWay.values {
            for item in items where now - item.enqueuedAt > patience(with: item) { item.giveUp(because: trouble) }
        }
    }

    /// An erasure that is being carried out is waited for.
    private func patience(with item: PendingAppend) -> Duration {
        item.isErasure && item.wasSent ? limits.erasureDeadline : limits.patience
    }

    /// Looks after the callers' patience until cancelled.
    func watchPatience() async {
        let interval = min(limits.patience / 8, .milliseconds(250))
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            giveUpOnExpired()
        }
    }
}
