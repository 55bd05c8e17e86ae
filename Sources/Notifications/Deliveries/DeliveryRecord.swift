import Postgres
package import Time

/// How a notification stands on one way to one recipient.
package struct DeliveryRecord: Sendable, Hashable {
    /// The notification.
    package let notificationID: String
    /// The recipient.
    package let userID: String
    /// The way.
    package let channel: String
    /// The device; nil where the way has none.
    package let deviceID: String?
    /// due, delivered, failed, dead, held, suppressed or expired.
    package let state: String
    /// How often it was tried.
    package let attempts: Int
    /// When it is tried next, or until when it is held.
    package let dueAt: Timestamp?
    /// Why.
    package let reason: String?
    /// The event that says so.
    package let position: Int64
    /// When that was recorded.
    package let changedAt: Timestamp
    /// When the recipient's program confirmed it.
    package let receivedAt: Timestamp?

    init(_ row: PostgresRow) throws {
        notificationID = try row.decode("notification_id", as: String.self)
        userID = try row.decode("user_id", as: String.self)
        channel = try row.decode("channel", as: String.self)
        let device = try row.decode("device_id", as: String.self)
        deviceID = device.isEmpty ? nil : device
        state = try row.decode("state", as: String.self)
        attempts = Int(try row.decode("attempts", as: Int32.self))
        dueAt = try row.decode("due_at", as: Timestamp?.self)
        reason = try row.decode("reason", as: String?.self)
        position = try row.decode("position", as: Int64.self)
        changedAt = try row.decode("changed_at", as: Timestamp.self)
        receivedAt = try row.decode("received_at", as: Timestamp?.self)
    }
}

/// How many deliveries of a notification stand how, by way.
package struct DeliveryStatus: Sendable, Hashable {
    /// One count.
    package struct Count: Sendable, Hashable {
        /// The way.
        package let channel: String
        /// How they stand.
        package let state: String
        /// How many.
        package let count: Int64
        /// How many of them a program of the recipient's confirmed.
        package let received: Int64
    }

    /// The notification.
    package let notificationID: String
    /// The branch on whose behalf it was sent.
    package let branchID: String
    /// Who sent it.
    package let sender: String
    /// How many people are told.
    package let recipients: Int64
    /// How many of them have read it.
    package let read: Int64
    /// How many are not decided on yet.
    package let undecided: Int64
    /// The counts.
    package let counts: [Count]
}
