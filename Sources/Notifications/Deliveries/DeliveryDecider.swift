import Events
import Logging
import ServiceLifecycle
import Time

/// Decides for each recipient of what was sent by which ways they are told.
///
/// Every replica runs one; a part is decided once, by whoever is first.
struct DeliveryDecider: Service {
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

    /// Decides what waits. A part that cannot be decided is recorded as that, and holds up none behind it.
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
                    try await giveUp(part, error)
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

    /// Records that it could not be decided of a part's recipients by which ways they are told: they have it in their inboxes,
    /// and the rest can be tried again.
    private func giveUp(_ part: DeliveryStore.Part, _ error: any Error) async throws {
        service.logger.error(
            "a part of a notification cannot be decided",
            metadata: ["notification": "\(part.notificationID)", "part": "\(part.part)", "error": "\(error)"]
        )
        let ways = service.channels.map(\.channel).filter { $0 != .push }
        let entries = try await service.deliveries.recipients(of: part).flatMap { user, _ in
            [DeliveryEntry(part.notificationID, user, .inApp, .due)]
                + ways.map { way in
                    var entry = DeliveryEntry(part.notificationID, user, way, .due)
                    (entry.outcome, entry.reason) = (.dead, .undecidable)
                    return entry
                }
        }
        try await service.deliveries.record(entries, deciding: part)
    }

    /// - Parameter restored: where it was recorded last that the log was restored from a backup.
    private func decide(_ part: DeliveryStore.Part, _ restored: Int64) async throws {
        let recipients = try await service.deliveries.recipients(of: part)
        let users = recipients.map(\.user)
        let now = service.clock()
        let preferences = try await service.reader.preferences(of: users, at: .now, now: now).value
        let connected = Set(service.channels.map(\.channel))
        let push = service.channels.first { $0.channel == .push }
        let devices =
            push != nil
            ? Dictionary(grouping: try await service.reader.devices(of: users), by: \.userID) : [:]
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
            if let push {
                // A phone that no connected way reaches is none that could be told.
                let own = (devices[user] ?? []).filter { push.reaches($0.kind) }
                if own.isEmpty { add(.push, hasAddress: false) }
                for device in own { add(.push, hasAddress: device.address != nil, device: device.id) }
            }
        }
        try await service.deliveries.record(entries, deciding: part)
    }
}
