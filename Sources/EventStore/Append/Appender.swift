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
    /// A batch that was not answered, and why.
    struct Failure {
        var turn: Int
        var plan: BatchPlan
        var error: any Error
    }

    let queue: AppendQueue
    let database: LogDatabase
    let limits: AppendLimits
    let logger: Logger
    private let planner: BatchPlanner
    private let committed: CommitSignal
    private var tail: LogTail?
    /// The tail that turned out to be behind, kept for what it knows of the log's past.
    private var formerTail: LogTail?
    /// The log as it is known here, by commits of our own or by reading.
    private var confirmed: KnownLog?
    private var inFlight: [Task<Void, Never>] = []
    /// Of the batch planned last.
    private var lastClaim: HeadClaim?
    private var turn = 0
    /// By turn, the requests that were taken from the queue and are not settled: their callers' patience may end.
    var underWay: [Int: [PendingAppend]] = [:]
    /// Batches to be dealt with before another is sent.
    var failures: [Failure] = []
    /// How many requests a batch may hold, while the request that makes batches fail is being looked for.
    var isolation = Int.max
    var isolated = 0
    /// How many times in a row another replica was quicker.
    var lostRaces = 0
    /// Why the log cannot be written at present, for those who give up waiting.
    var trouble: AppendError?

    private let batches = Counter(label: "daybook_log_batches_total")
    private let events = Counter(label: "daybook_log_events_total")
    let retries = Counter(label: "daybook_log_batch_retries_total")
    private let batchSize = Recorder(label: "daybook_append_batch_size_events")
    private let batchDuration = Timer(label: "daybook_append_batch_duration_seconds")

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
            await queue.waitUntilReady(for: worthwhile)
            if !failures.isEmpty { await recover() }
            if queue.isDrained {
                await settleAll()
                if queue.isDrained, failures.isEmpty { break }
                continue
            }
            if inFlight.count >= limits.batchesInFlight { await inFlight.removeFirst().value }
            guard failures.isEmpty, queue.depth >= worthwhile else { continue }
            await sendNext()
        }
        await database.close()
    }

    /// How many events make a batch beside the one under way: as many as that has. A smaller one would cost as much as a
    /// large one, and keep those waiting who come a moment later.
    private var worthwhile: Int {
        guard !queue.isClosed else { return 1 }
        let largest = underWay.values.map { $0.reduce(0) { $0 + $1.eventCount } }.max() ?? 1
        return min(largest, limits.batchEvents)
    }

    /// Waits for all batches in flight.
    func settleAll() async {
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
        let turn = turn
        self.turn += 1
        underWay[turn] = requests
        // Whoever keeps losing the race for the head takes the lock first, and plans while it holds it.
        let holdsHead = lostRaces >= 2
        do {
            var tail = try await currentTail(holding: holdsHead ? turn : nil)
            tail.forgetSettled()
            let needs = LookupNeeds(requests, tail: tail)
            let lookups = needs.isEmpty ? Lookups() : try await database.lookUp(needs)
            self.tail = nil  // Uniquely held while it changes: its caches are not copied.
            // From here to the hand-over nothing is awaited, so nobody can give up in between.
            let waiting = requests.filter { $0.outcome == nil }
            let plan = try planner.plan(waiting, lookups: lookups, on: &tail, now: .now())
            for item in waiting { item.wasSent = true }
            self.tail = tail
            let way = BatchWay(turn: turn, holdsHead: holdsHead, claim: HeadClaim(), before: lastClaim)
            lastClaim = way.claim
            let previous = inFlight.last
            inFlight.append(Task { await self.commit(plan, way, after: previous) })
        } catch {
            if holdsHead { await database.releaseHead(turn: turn) }
            failures.append(Failure(turn: turn, plan: BatchPlan(unplanned: requests), error: error))
            queue.wake()
        }
    }

    /// - Parameter turn: takes the head lock on this turn's connection and keeps it.
    private func currentTail(holding turn: Int?) async throws -> LogTail {
        if turn == nil, let tail { return tail }
        await settleAll()
        discardTail()
        var loaded = try await database.loadTail(observing: formerTail == nil ? nil : confirmed, holding: turn)
        if let formerTail, let confirmed { loaded.remember(formerTail, below: confirmed.size) }
        formerTail = nil
        confirmed = KnownLog(size: loaded.size, root: loaded.range.root)
        tail = loaded
        return loaded
    }

    private func commit(_ plan: BatchPlan, _ way: BatchWay, after previous: Task<Void, Never>?) async {
        defer { way.claim.settle() }
        let begun = ContinuousClock.now
        do {
            if plan.eventCount == 0 {
                if way.holdsHead { await database.releaseHead(turn: way.turn) }
                // Nothing to write, but the answers rest on the batches before, and on nobody else having appended.
                await previous?.value
                guard failures.isEmpty, try await database.confirms(plan, turn: way.turn) else { throw LogMovedOn() }
            } else {
                try await database.write(plan, way)
                note(plan, took: ContinuousClock.now - begun)
            }
            lostRaces = 0
            trouble = nil
            answer(plan)
            underWay[way.turn] = nil
            // Its callers' next requests may be worth a batch now.
            queue.wake()
        } catch {
            failures.append(Failure(turn: way.turn, plan: plan, error: error))
            queue.wake()
        }
    }

    private func note(_ plan: BatchPlan, took: Duration) {
        batchSize.record(plan.eventCount)
        let (seconds, attoseconds) = took.components
        batchDuration.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// Answers the callers of a batch that is in the log.
    func answer(_ plan: BatchPlan) {
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
        putBack(orphans)
        if plan.eventCount > 0 {
            if let root = plan.root, plan.newSize > confirmed?.size ?? 0 {
                confirmed = KnownLog(size: plan.newSize, root: root)
            }
            committed.send(plan.newSize)
        }
    }

    /// Puts requests back in front of the queue, save those whose callers have gone.
    func putBack(_ requests: [PendingAppend]) {
        queue.putBack(requests.filter { $0.wasNotRecorded() })
    }

    /// Plans no further on a tail that may not be the log's.
    func discardTail() {
        if let tail { formerTail = tail }
        tail = nil
    }
}

/// How a batch gets to PostgreSQL.
struct BatchWay: Sendable {
    var turn: Int
    /// Whether its connection has the head lock already.
    var holdsHead: Bool
    var claim: HeadClaim
    /// The claim of the batch that it was planned on.
    var before: HeadClaim?
}

/// The answers of a batch without events rest on a state of the log that is past.
struct LogMovedOn: Error {}
