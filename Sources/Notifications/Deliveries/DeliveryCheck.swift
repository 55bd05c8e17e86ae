import Events
import Time

/// Looks again whether deliveries are still to be sent: access, preferences and the inbox may have changed since.
struct DeliveryCheck: Sendable {
    /// A delivery that is to be sent, and where.
    struct Passed: Sendable {
        var delivery: DueDelivery
        var address: String
    }

    let service: NotificationService
    let channel: DeliveryChannel

    /// Those that are to be sent at once, in their order, and what is to be recorded of the others.
    func callAsFunction(_ due: [DueDelivery], at now: Timestamp) async throws -> (
        passed: [Passed], settled: [DeliveryEntry]
    ) {
        let preferences = try await service.reader.preferences(of: due.map(\.userID), at: .now, now: now).value
        let reached = try await reached(due, now)
        let restored = try await service.store.reader.lastRestored()
        var passed: [Passed] = []
        var settled: [DeliveryEntry] = []
        for delivery in due {
            let address = address(of: delivery)
            if delivery.isDeleted || delivery.isReplaced {
                settled.append(delivery.entry(channel, .suppressed, .replaced))
            } else if delivery.title == nil {
                settled.append(delivery.entry(channel, .suppressed, .erased))
            } else if delivery.position < restored {
                settled.append(delivery.entry(channel, .dead, .restored))
            } else if !reached.contains(delivery.userID + "\n" + delivery.notificationID) {
                settled.append(delivery.entry(channel, .suppressed, .lostAccess))
            } else {
                let wanted = preferences[delivery.userID] ?? NotificationPreferences()
                let step = delivery.plan.step(
                    by: channel,
                    wanted,
                    hasAddress: address != nil,
                    isDigested: delivery.isDigested,
                    at: now
                )
                if case .due = step, let address {
                    passed.append(Passed(delivery: delivery, address: address))
                } else {
                    settled.append(delivery.entry(channel, step))
                }
            }
        }
        return (passed, settled)
    }

    /// Who of the recipients still belongs to what it was sent to.
    private func reached(_ due: [DueDelivery], _ now: Timestamp) async throws -> Set<String> {
        var reached: Set<String> = []
        for (notification, deliveries) in Dictionary(grouping: due, by: \.notificationID) {
            guard let first = deliveries.first else { continue }
            let users = Array(Set(deliveries.map(\.userID))).sorted()
            let still = try await service.audiences.stillIn(first.audience, users, in: first.branchID, at: now)
            reached.formUnion(still.map { $0 + "\n" + notification })
        }
        return reached
    }

    private func address(of delivery: DueDelivery) -> String? {
        switch channel {
        case .inApp: nil
        case .email: delivery.email
        case .webhook: delivery.userID
        case .push:
            delivery.isDeviceGone
                ? nil : delivery.deviceID.flatMap { service.seal.open(delivery.address, for: $0) }
        }
    }
}
