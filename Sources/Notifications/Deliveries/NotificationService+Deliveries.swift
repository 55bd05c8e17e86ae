package import EventStore
import Events
package import ServiceLifecycle

extension NotificationService {
    /// How many deliveries one request has tried again.
    private static let mostRetried = 5_000

    /// What has to run for notifications to reach anybody: the hub of
    /// connected programs, the rules, the reminders, the decisions, and a worker for each way.
    package var services: [any Service] {
        [hub, RuleReactor(self), FeeReminders(self), DeliveryDecider(self)] + channels.map { DeliveryWorker(self, $0) }
    }

    /// How a notification stands, as a whole. The plan's getDeliveryStatus.
    package func getDeliveryStatus(_ notification: String) async throws -> DeliveryStatus {
        try await reader.settle()
        guard let status = try await deliveries.status(of: notification) else {
            throw NotificationError(.notFound, "There is no notification “\(notification)”.")
        }
        return status
    }

    /// How a notification stands on its ways, by recipient: sent, held until, or suppressed because.
    ///
    /// - Parameters:
    ///   - user: only this recipient.
    ///   - after: only recipients after this one, by id.
    ///   - limit: how many recipients at most; of each there are all ways.
    package func deliveryRecords(
        of notification: String,
        user: String? = nil,
        after: String = "",
        limit: Int
    ) async throws -> [DeliveryRecord] {
        try await reader.settle()
        return try await deliveries.records(of: notification, user: user, after: after, limit: limit)
    }

    /// Records that a program of the recipient's has notifications. The plan's trackNotificationDelivery.
    ///
    /// - Throws: `NotificationError(.notFound)` where one is not in that user's inbox, was not sent by that way, or the device
    ///   is none of the user's; nothing is recorded then.
    package func trackNotificationDelivery(
        _ ids: [String],
        to user: String,
        by channel: DeliveryChannel,
        device: String? = nil,
        by actor: Author
    ) async throws -> Receipt {
        // What was confirmed once is answered as the first time, though it was deleted since.
        if let key = actor.idempotency, let earlier = try await store.receipt(of: key) { return earlier }
        guard !ids.isEmpty, ids.count <= Self.mostMarked else {
            throw NotificationError(
                .invalid(pointer: "/notificationIds"),
                "Name between 1 and \(Self.mostMarked) notifications."
            )
        }
        let held = try await reader.held(by: user, of: ids)
        if let missing = ids.first(where: { !held.contains($0) }) {
            throw NotificationError(.notFound, "There is no notification “\(missing)” in this inbox.")
        }
        try await checkReceipt(ids, of: user, channel, device)
        var seen: Set<String> = []
        let event = Notifications.Received(
            userID: user,
            channel: .init(rawValue: channel.rawValue) ?? .inApp,
            deviceID: device,
            notificationIDs: ids.filter { seen.insert($0).inserted }
        )
        return try await append([event], to: NotificationStream.inbox(user), by: actor)
    }

    /// Refuses a receipt of what did not go that way, or of another's device.
    private func checkReceipt(
        _ ids: [String],
        of user: String,
        _ channel: DeliveryChannel,
        _ device: String?
    ) async throws {
        if let device, try await !reader.devices(of: [user]).contains(where: { $0.id == device }) {
            throw NotificationError(.notFound, "There is no device “\(device)” of this user.")
        }
        // What is in the inbox has come with that.
        guard channel != .inApp else { return }
        if channel == .push, device == nil {
            throw NotificationError(.invalid(pointer: "/deviceId"), "Name the device that it was pushed to.")
        }
        let sent = try await deliveries.receivable(ids, by: user, channel, device: channel == .push ? device : nil)
        if let missing = ids.first(where: { !sent.contains($0) }) {
            throw NotificationError(.notFound, "The notification “\(missing)” was not sent by this way.")
        }
    }

    /// Has what was given up tried again. The plan's retryFailedNotifications.
    ///
    /// - Parameters:
    ///   - notification: only of this one.
    ///   - branches: only what was sent on behalf of these; of all if nil.
    /// - Returns: how many deliveries begin anew; ask again where that is the most at once, 5,000.
    package func retryFailedNotifications(
        _ notification: String? = nil,
        in branches: [String]? = nil,
        by actor: Author
    ) async throws -> (count: Int, receipt: Receipt?) {
        if let key = actor.idempotency, let earlier = try await store.receipt(of: key) {
            var count = 0
            for event in earlier.events {
                guard let recorded = try await store.reader.event(at: event.position) else { continue }
                count += try recorded.decode(Notifications.DeliveriesRecorded.self).entries.count
            }
            return (count, earlier)
        }
        try await reader.settle()
        let dead = try await deliveries.dead(of: notification, in: branches, limit: Self.mostRetried)
        return (dead.count, try await deliveries.record(dead, by: actor))
    }
}
