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

    private let service: NotificationService

    /// A decider of a service.
    init(_ service: NotificationService) {
        self.service = service
    }

    /// Decides until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let mark = service.store.committed.mark
                do {
                    if try await decide() == 0 { await service.store.committed.wait(since: mark, timeout: Self.poll) }
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
        try await service.reader.settle()
        let parts = try await service.deliveries.undecided(limit: Self.batch)
        for part in parts { try await decide(part) }
        return parts.count
    }

    private func decide(_ part: DeliveryStore.Part) async throws {
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
                entries.append(DeliveryEntry(part.notificationID, user, channel, device: device, step))
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
