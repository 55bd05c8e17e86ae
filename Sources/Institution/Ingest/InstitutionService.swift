package import EventStore
import Events
package import Postgres
package import ProjectionEngine
package import Time

/// What happens at the institution: takes in what its other systems report, and reads what is known of it.
///
/// A fact is decided on the log as it stands when it is recorded: what it is about, and what it names, are looked up
/// in their streams, and the append is made under the versions that were seen. So no order of arrival, no second
/// replica and no repetition can record what does not fit.
package final class InstitutionService: Sendable {
    /// How often in a row a pass over a request's facts may come to nothing because of others.
    private static let attempts = 12

    let store: EventStore
    let log: FactLog
    let reader: ResourceReader
    let dashboards: DashboardReader
    let clock: @Sendable () -> Timestamp

    /// A service over a log and its read models.
    package init(
        store: EventStore,
        pool: PostgresPool,
        engine: ProjectionEngine,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws {
        self.store = store
        self.clock = clock
        log = try FactLog(pool: pool)
        reader = try ResourceReader(store: store, pool: pool, engine: engine)
        dashboards = try DashboardReader(reader, pool: pool)
    }

    /// Takes facts in, in their order; each is recorded, or refused by itself.
    ///
    /// Returns once all that is recorded is durable, signed and visible.
    ///
    /// - Returns: an outcome for each, in their order.
    package func record(_ received: [ReceivedFact], by sender: FactSender) async throws -> [FactOutcome] {
        let reader = FactReader(sender, now: clock())
        var work = FactWork(
            received.map { received in
                Result { () throws(FactRefusal) in try reader.read(received) }
            }
        )
        try await sender.beforeRecording()
        var vain = 0
        while vain < Self.attempts, !work.open.isEmpty {
            let open = work.open.count
            // Whoever won may be about to append again; a short, growing and uneven pause lets everybody through.
            if vain > 1 { try await Task.sleep(for: .milliseconds(Int.random(in: 1...(4 * vain)))) }
            try await pass(over: &work, actor: sender.actor)
            vain = work.open.count < open ? 0 : vain + 1
        }
        return work.outcomes
    }

    /// Decides on what is open, and appends it.
    private func pass(over work: inout FactWork, actor: String) async throws {
        let known = try await log.standing(of: work.numbered(work.open).map(\.fact))
        let plan = work.plan(on: known)
        // What is refused may be a repetition that finds its own event in the way.
        if !plan.refusals.isEmpty {
            let recorded = try await log.outcomes(of: work.numbered(plan.refusals.keys))
            work.settle(recorded)
            if !recorded.isEmpty { return }
        }
        if try await append(plan.batch, &work, actor: actor, size: known.size) {
            work.settle(plan.refusals.mapValues { .refused($0) })
        }
    }

    /// Whether a fact, or another of the same source and id, was recorded before.
    package func isRecorded(_ received: ReceivedFact, by actor: String) async throws -> Bool {
        let sender = FactSender(actor: actor) { _, _ in true }
        let fact = try FactReader(sender, now: clock()).read(received)
        return try await !log.outcomes(of: [(0, fact)]).isEmpty
    }

    /// Appends wave by wave.
    ///
    /// - Returns: whether all of it went as planned; if not, what is open has to be decided anew.
    private func append(
        _ batch: FactBatch,
        _ work: inout FactWork,
        actor: String,
        size: Int64
    ) async throws -> Bool {
        var size = size
        for wave in batch.waves {
            if wave.contains(where: \.unsettles) {
                guard try await appendInTurn(wave, &work, actor: actor, size: &size) else { return false }
                continue
            }
            var wentAsPlanned = true
            for answer in await answers(to: wave, actor: actor, size: size) {
                wentAsPlanned = try await take(answer.result, of: answer.facts, &work) && wentAsPlanned
            }
            if !wentAsPlanned { return false }
        }
        return true
    }

    /// Appends one after the other what would otherwise be in each other's way.
    ///
    /// - Parameter size: how much of the log is decided on; what is appended here is, too.
    private func appendInTurn(
        _ wave: [FactBatch.Append],
        _ work: inout FactWork,
        actor: String,
        size: inout Int64
    ) async throws -> Bool {
        for append in wave {
            let answer = await answer(to: append, actor: actor, size: size)
            guard try await take(answer.result, of: answer.facts, &work) else { return false }
            // It was taken on the condition that nothing had unsettled what was decided on, so up to here nothing has.
            if case .success(let receipt) = answer.result, let last = receipt.events.last {
                size = max(size, last.position + 1)
            }
        }
        return true
    }

    /// What the log said to an append, and the facts that were in it.
    private struct Answer: Sendable {
        var facts: [Int]
        var result: Result<Receipt, any Error>
    }

    /// Appends what does not touch one another, side by side.
    private func answers(to wave: [FactBatch.Append], actor: String, size: Int64) async -> [Answer] {
        guard wave.count > 1 else {
            return await [answer(to: wave[0], actor: actor, size: size)]
        }
        return await withTaskGroup(of: Answer.self) { group in
            for append in wave {
                group.addTask { await self.answer(to: append, actor: actor, size: size) }
            }
            var answers: [Answer] = []
            for await answer in group { answers.append(answer) }
            return answers
        }
    }

    private func answer(to append: FactBatch.Append, actor: String, size: Int64) async -> Answer {
        let request = AppendRequest(
            streams: append.streams,
            conditions: [.noneSince(size: size, types: FactType.unsettling)],
            actor: actor,
            correlationID: append.correlationID
        )
        do {
            return Answer(facts: append.facts, result: .success(try await store.append(request)))
        } catch {
            return Answer(facts: append.facts, result: .failure(error))
        }
    }

    private func take(
        _ answer: Result<Receipt, any Error>,
        of facts: [Int],
        _ work: inout FactWork
    ) async throws -> Bool {
        switch answer {
        case .success(let receipt) where !receipt.isReplay:
            for (number, event) in zip(facts, receipt.events) {
                work.settle(number, .recorded(RecordedFact(event: event, of: receipt)))
            }
            return true
        case .success:
            // All of it was recorded before; whether with this content, the log says.
            work.settle(try await log.outcomes(of: work.numbered(facts)))
            return true
        case .failure(let error as AppendError):
            switch error.code {
            case .versionConflict, .conditionFailed:
                return false
            case .idReused:
                work.settle(try await log.outcomes(of: work.numbered(facts)))
                return false
            default:
                work.abandon(error)
                return false
            }
        case .failure(let error):
            throw error
        }
    }
}
