import Events
import Time

/// What became of one delivery.
struct DeliveryEntry: Sendable, Hashable {
    var notificationID: String
    var userID: String
    var channel: DeliveryChannel
    var deviceID: String?
    var outcome: Notifications.DeliveriesRecorded.Entry.Outcome
    /// Which attempt it was; 0 where none was made.
    var attempt: Int
    /// When it is tried again, or until when it is held.
    var until: Timestamp?
    var reason: DeliveryReason?
    /// What the other side said, in place of a reason.
    var said: String?
    /// What it goes out with.
    var bundleID: String?

    var key: DeliveryKey { DeliveryKey(notificationID: notificationID, userID: userID, deviceID: deviceID) }

    var recorded: Notifications.DeliveriesRecorded.Entry {
        .init(
            notificationID: notificationID,
            userID: userID,
            deviceID: deviceID,
            outcome: outcome,
            attempt: Int64(attempt),
            until: until,
            reason: said.map(Self.line) ?? reason?.rawValue,
            bundleID: bundleID
        )
    }
}

extension DeliveryEntry {
    /// A text of somebody else's as an event takes it: one line without control characters, of 200 characters at most.
    private static func line(_ text: String) -> String {
        let kept = text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
        return String(String.UnicodeScalarView(kept.prefix(200)))
    }

    /// What a plan decided.
    init(
        _ notification: String,
        _ user: String,
        _ channel: DeliveryChannel,
        device: String? = nil,
        attempt: Int = 0,
        _ step: DeliveryPlan.Step
    ) {
        self.init(
            notificationID: notification,
            userID: user,
            channel: channel,
            deviceID: device,
            outcome: .due,
            attempt: attempt
        )
        switch step {
        // What is in the inbox has arrived with the event that put it there.
        case .due: outcome = channel == .inApp ? .delivered : .due
        case .held(let until, let why): (outcome, self.until, reason) = (.held, until, why)
        case .suppressed(let why): (outcome, reason) = (.suppressed, why)
        case .expired: (outcome, reason) = (.expired, .expired)
        }
    }
}
