import EventStore
import Events
import Logging
import ServiceLifecycle
import Time

/// Decides for each recipient of what was sent by which ways they are told.
///
/// Every replica runs one; a part is decided once, by whoever is first.
struct DeliveryDecider: Service {
    /// How often a part is decided anew where somebody changed meanwhile what they want; then it stays as it is.
    private static let attempts = 5
    /// How many parts are decided between two looks.
    private static let batch = 20
    /// How long it rests where there is nothing to decide.
    private static let poll = Duration.milliseconds(500)
    /// For how long a part is left out that can be neither decided nor given up.
    private static let rest = Duration.seconds(600)

    private let service: NotificationService

    /// A decider of a service.
    init(_ service: NotificationService) {
        self.service = service
    }

    /// Decides until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            var skipped: [Int64: Timestamp] = [:]
            while !Task.isCancelled {
                let mark = service.store.committed.mark
                do {
                    if try await decide(skipping: &skipped) == 0 {
                        await service.store.committed.wait(since: mark, timeout: Self.poll)
                    }
                } catch {
                    if Task.isCancelled { return }
                    service.logger.warning(
                        "deliveries cannot be decided; trying again",
                        metadata: ["error": "\(error)"]
                    )
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
    }

    /// Decides what waits.
    ///
    /// - Returns: how many parts were decided.
    @discardableResult
    func decide() async throws -> Int {
        var skipped: [Int64: Timestamp] = [:]
        return try await decide(skipping: &skipped)
    }

    /// Decides what waits. Of whom it cannot be decided that is recorded, and holds up none beside or behind them.
    ///
    /// - Parameter skipped: parts of which not even that could be recorded, and until when they are left out.
    private func decide(skipping skipped: inout [Int64: Timestamp]) async throws -> Int {
        try await service.reader.settle()
        let now = service.clock()
        skipped = skipped.filter { $0.value > now }
        let parts = try await service.deliveries.undecided(limit: Self.batch, besides: skipped.keys.sorted())
        let restored = parts.isEmpty ? -1 : try await service.store.reader.lastRestored()
        for part in parts {
            do {
                do { try await decide(part, restored) } catch  where !NotificationService.mayPass(error) {
                    try await decideOneByOne(part, restored)
                }
            } catch  where !NotificationService.mayPass(error) {
                skipped[part.position] = now + Self.rest
                service.logger.error(
                    "a part of a notification can neither be decided nor given up",
                    metadata: ["notification": "\(part.notificationID)", "part": "\(part.part)", "error": "\(error)"]
                )
            }
        }
        return parts.count
    }

    /// Decides a part that cannot be decided as a whole: of each recipient by themselves.
    private func decideOneByOne(_ part: DeliveryStore.Part, _ restored: Int64) async throws {
        let recipients = try await service.deliveries.recipients(of: part)
        var entries: [DeliveryEntry] = []
        for recipient in recipients {
            do {
                entries += try await decided([recipient], of: part, restored).value
            } catch  where !NotificationService.mayPass(error) {
                service.logger.error(
                    "it cannot be decided by which ways somebody is told of a notification",
                    metadata: ["notification": "\(part.notificationID)", "part": "\(part.part)", "error": "\(error)"]
                )
                entries += try await givenUp(recipient.user, of: part)
            }
        }
        do {
            try await service.deliveries.record(entries, deciding: part)
        } catch  where !NotificationService.mayPass(error) {
            // What was decided cannot be recorded.
            var given: [DeliveryEntry] = []
            for recipient in recipients { given += try await givenUp(recipient.user, of: part) }
            try await service.deliveries.record(given, deciding: part)
        }
    }

    /// That it could not be decided of a recipient by which ways they are told: they have it in their inbox, and the rest can be
    /// tried again, on every device that there is.
    private func givenUp(_ user: String, of part: DeliveryStore.Part) async throws -> [DeliveryEntry] {
        func dead(_ way: DeliveryChannel, _ device: String? = nil) -> DeliveryEntry {
            var entry = DeliveryEntry(part.notificationID, user, way, device: device, .due)
            (entry.outcome, entry.reason) = (.dead, .undecidable)
            return entry
        }
        var entries = [DeliveryEntry(part.notificationID, user, .inApp, .due)]
        for channel in service.channels where channel.channel != .push { entries.append(dead(channel.channel)) }
        let devices = try await devices(of: [user])
        for device in devices[user] ?? [] { entries.append(dead(.push, device.id)) }
        return entries
    }

    /// - Parameter restored: where it was recorded last that the log was restored from a backup.
    private func decide(_ part: DeliveryStore.Part, _ restored: Int64) async throws {
        let recipients = try await service.deliveries.recipients(of: part)
        for attempt in 1...Self.attempts {
            let entries = try await decided(recipients, of: part, restored)
            let size = attempt < Self.attempts ? entries.size : nil
            do {
                return try await service.deliveries.record(entries.value, deciding: part, byPreferencesAt: size)
            } catch let error as AppendError where error.code == .conditionFailed {
                // By what the read model has of it by then.
                try await service.reader.settle()
            }
        }
    }

    private func decided(
        _ recipients: [(user: String, email: String?)],
        of part: DeliveryStore.Part,
        _ restored: Int64
    ) async throws -> NotificationAnswer<[DeliveryEntry]> {
        let users = recipients.map(\.user)
        let now = service.clock()
        let answer = try await service.reader.preferences(of: users, at: .now, now: now)
        let preferences = answer.value
        let connected = Set(service.channels.map(\.channel))
        let devices = try await devices(of: users)
        var entries: [DeliveryEntry] = []
        for (user, email) in recipients {
            let wanted = preferences[user] ?? NotificationPreferences()
            func add(_ channel: DeliveryChannel, hasAddress: Bool, device: String? = nil) {
                let step = part.plan.step(by: channel, wanted, hasAddress: hasAddress, at: now)
                var entry = DeliveryEntry(part.notificationID, user, channel, device: device, step)
                if part.position < restored, channel != .inApp, entry.outcome == .due || entry.outcome == .held {
                    (entry.outcome, entry.until, entry.reason) = (.dead, nil, .restored)
                }
                entries.append(entry)
            }
            add(.inApp, hasAddress: true)
            // Ways that are not connected are not recorded for each recipient: they are the same for all.
            if connected.contains(.email) { add(.email, hasAddress: email != nil) }
            if connected.contains(.webhook) { add(.webhook, hasAddress: true) }
            if connected.contains(.push) {
                let own = devices[user] ?? []
                if own.isEmpty { add(.push, hasAddress: false) }
                for device in own { add(.push, hasAddress: device.address != nil, device: device.id) }
            }
        }
        return NotificationAnswer(value: entries, size: answer.size)
    }

    /// The devices of some users that pushes reach. A phone that no connected way reaches is none that could be told.
    private func devices(of users: [String]) async throws -> [String: [Device]] {
        guard let push = service.channels.first(where: { $0.channel == .push }) else { return [:] }
        return Dictionary(
            grouping: try await service.reader.devices(of: users).filter { push.reaches($0.kind) },
            by: \.userID
        )
    }
}
