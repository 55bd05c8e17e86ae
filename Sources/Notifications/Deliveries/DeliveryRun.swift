import EventStore
import Events
import Time

/// Sends what is due by one way: many at a time, each host by its own lanes, and records what came of it as it comes.
///
/// What is in hand is not looked up again until it is recorded. A run that is cancelled lets what is under way end, and
/// counts as an attempt what was answered alone. So does one that meets an error; what it cannot record it keeps, and it
/// sends nothing more before that is recorded. Where the lock is lost meanwhile another replica may send the same: what was
/// delivered by either stays delivered.
struct DeliveryRun {
    /// How many deliveries are in hand.
    private static let room = 400
    /// After how many outcomes they are recorded, at the latest with the next look.
    private static let together = 20
    /// Of how many people what was held back is put together at a time.
    private static let people = 100
    private static let poll = Duration.milliseconds(500)
    /// For how long it is believed that this replica is still the one that sends.
    private static let trust = Duration.milliseconds(250)
    /// For how long it matters what did not arrive: by then whoever sends in its place has found out for themselves.
    private static let memory = Duration.seconds(600)

    private enum Step: Sendable {
        case look
        case sent(DeliveryMessage, host: String, DeliveryResult, after: Duration)
    }

    private let service: NotificationService
    private let sender: any DeliverySender
    private let check: DeliveryCheck
    private let isEndless: Bool

    private var lanes = DeliveryLanes<DeliveryMessage>()
    private var inHand: Set<DeliveryKey> = []
    private var outcomes: [DeliveryMessage.Outcome] = []
    private var handled = 0
    private var confirmedAt: ContinuousClock.Instant?
    /// Since when outcomes wait that could not be recorded.
    private var waitingSince: ContinuousClock.Instant?

    /// A run of a service for one of its ways.
    ///
    /// - Parameters:
    ///   - isEndless: whether it waits for more where nothing is due.
    init(_ service: NotificationService, _ sender: any DeliverySender, isEndless: Bool) {
        self.service = service
        self.sender = sender
        check = DeliveryCheck(service: service, channel: sender.channel)
        self.isEndless = isEndless
    }

    /// Sends until nothing is due, or until it is cancelled. May be called again, also after an error.
    ///
    /// - Parameter confirm: throws unless this replica is still the one that sends by this way. Asked before anything is sent.
    /// - Returns: how many deliveries were handled.
    mutating func run(confirm: () async throws -> Void = {}) async throws -> Int {
        (handled, confirmedAt) = (0, nil)
        lanes.letGo()
        try await settle()
        inHand = []
        var failure: (any Error)?
        await withTaskGroup(of: Step.self) { group in
            group.addTask { .look }
            while let step = await group.next() {
                do {
                    if case .sent(let message, let host, let result, let time) = step {
                        take(result, of: message, from: host, after: time)
                    }
                    // After an error what is under way is waited for, and no more is begun.
                    guard failure == nil else { continue }
                    if case .look = step { try await look(&group) }
                    try await start(&group, confirm)
                } catch {
                    failure = error
                }
            }
        }
        try await record()
        if let failure { throw failure }
        return handled
    }

    /// Records what an earlier run could not. Needs no lock.
    mutating func settle() async throws {
        guard !outcomes.isEmpty else { return }
        let since = waitingSince ?? .now
        waitingSince = since
        if .now - since > Self.memory { outcomes.removeAll { $0.entry.outcome != .delivered } }
        try await record()
        waitingSince = nil
    }

    // MARK: What is due

    private mutating func look(_ group: inout TaskGroup<Step>) async throws {
        guard !Task.isCancelled else { return }
        try await record()
        let committed = service.store.committed
        let mark = committed.mark
        let found = try await take()
        handled += found
        guard isEndless || found > 0 else { return }
        group.addTask {
            await committed.wait(since: mark, timeout: Self.poll)
            return .look
        }
    }

    /// Takes what is due in hand.
    ///
    /// - Returns: how many deliveries.
    private mutating func take() async throws -> Int {
        try await service.reader.settle()
        let now = service.clock()
        let bundled = try await bundle(at: now)
        if bundled > 0 { try await service.reader.settle() }
        let room = Self.room - inHand.count
        guard room > 0 else { return bundled }
        let due = try await service.deliveries.due(by: sender.channel, at: now, limit: room, besides: inHand)
        guard !due.isEmpty else { return bundled }
        let checked = try await check(due, at: now)
        inHand.formUnion(due.map(\.key))
        outcomes += checked.settled.map { DeliveryMessage.Outcome(entry: $0) }
        for message in DeliveryMessage.messages(of: checked.passed) {
            lanes.add(message, to: sender.host(of: message.outgoing.address))
        }
        // Nothing is to be sent of what is only to be recorded.
        if lanes.isIdle { try await record() }
        return due.count
    }

    /// Puts together what was held back until now and goes out, and records it before anything of it is sent.
    ///
    /// - Returns: how many deliveries were handled.
    func bundle(at now: Timestamp) async throws -> Int {
        let held = try await service.deliveries.held(by: sender.channel, at: now, people: Self.people)
        guard !held.isEmpty else { return 0 }
        let checked = try await check(held, at: now)
        let bundled = DeliveryBundle.bundles(of: checked.passed.map(\.delivery)).flatMap { bundle in
            bundle.deliveries.map { delivery in
                var entry = delivery.entry(sender.channel, .due)
                entry.bundleID = bundle.id
                return entry
            }
        }
        _ = try await service.deliveries.record(checked.settled + bundled)
        return held.count
    }

    // MARK: Sending

    private mutating func start(
        _ group: inout TaskGroup<Step>,
        _ confirm: () async throws -> Void
    ) async throws {
        guard !Task.isCancelled else { return }
        let now = ContinuousClock.now
        for (message, pause) in lanes.takePutOff(at: now) {
            outcomes += message.putOff(by: sender.channel, until: service.clock() + pause)
        }
        if outcomes.count >= Self.together { try await record() }
        while let (host, message) = lanes.next(at: now) {
            try await confirmIfNeeded(confirm)
            let sender = sender
            group.addTask {
                let begin = ContinuousClock.now
                let result = await sender.send(message.outgoing)
                return .sent(message, host: host, result, after: .now - begin)
            }
        }
        if lanes.isIdle { try await record() }
    }

    private mutating func confirmIfNeeded(_ confirm: () async throws -> Void) async throws {
        if let confirmedAt, confirmedAt + Self.trust > .now { return }
        try await confirm()
        confirmedAt = .now
    }

    private mutating func take(
        _ result: DeliveryResult,
        of message: DeliveryMessage,
        from host: String,
        after time: Duration
    ) {
        let isAnswered = if case .unanswered = result { false } else { true }
        lanes.end(host, isAnswered: isAnswered, after: time, at: .now)
        // What was broken off was not tried.
        if Task.isCancelled, !isAnswered { return }
        outcomes += message.outcomes(
            of: result,
            by: sender.channel,
            at: service.clock(),
            share: Double.random(in: 0...1)
        )
    }

    // MARK: Recording

    private mutating func record() async throws {
        guard !outcomes.isEmpty else { return }
        do { try await record(outcomes) } catch  where !NotificationService.mayPass(error) {
            // One that the log does not take holds up none beside it.
            for outcome in outcomes { try await recordAlone(outcome) }
        }
        inHand.subtract(outcomes.map(\.entry.key))
        outcomes = []
    }

    private func record(_ outcomes: [DeliveryMessage.Outcome]) async throws {
        let (entries, gone) = (outcomes.map(\.entry), outcomes.compactMap(\.gone))
        let deliveries = service.deliveries
        // What was answered is recorded, though nothing more is to be sent.
        _ = try await Task { try await deliveries.record(entries, gone: gone) }.value
    }

    private func recordAlone(_ outcome: DeliveryMessage.Outcome) async throws {
        var outcome = outcome
        outcome.entry.said = nil
        do { try await record([outcome]) } catch  where !NotificationService.mayPass(error) {
            service.logger.error(
                "what became of a delivery cannot be recorded",
                metadata: ["notification": "\(outcome.entry.notificationID)", "error": "\(error)"]
            )
        }
    }
}
