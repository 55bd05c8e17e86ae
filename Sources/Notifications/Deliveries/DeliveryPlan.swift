package import Events
import Recurrence
package import Time

/// Decides by which ways a recipient is told, and when: pure.
package struct DeliveryPlan: Sendable {
    /// What is to be done by one way.
    package enum Step: Sendable, Hashable {
        /// At once.
        case due
        /// Not before a moment.
        case held(until: Timestamp, DeliveryReason)
        /// Not at all.
        case suppressed(DeliveryReason)
        /// It is of no use any more.
        case expired
    }

    /// What is told.
    package var category: NotificationCategory
    /// How much it matters.
    package var priority: Notifications.Sent.Priority
    /// Of no use any more after this.
    package var expiresAt: Timestamp?

    /// A plan for a notification.
    package init(_ category: NotificationCategory, _ priority: Notifications.Sent.Priority, expiresAt: Timestamp?) {
        self.category = category
        self.priority = priority
        self.expiresAt = expiresAt
    }

    /// What is to be done by a way.
    ///
    /// - Parameters:
    ///   - hasAddress: whether the recipient can be reached by it at all.
    ///   - isDigested: whether it waited for a digest already, or was tried: it waits for no further one.
    package func step(
        by channel: DeliveryChannel,
        _ preferences: NotificationPreferences,
        hasAddress: Bool,
        isDigested: Bool = false,
        at now: Timestamp
    ) -> Step {
        if let expiresAt, expiresAt <= now { return .expired }
        guard preferences.wants(category, by: channel) else { return .suppressed(.preference) }
        guard hasAddress else { return .suppressed(.noAddress) }
        // What lies in the inbox disturbs nobody, and what is urgent is told at once.
        if channel == .inApp || priority == .urgent { return .due }
        if let quiet = preferences.quiet(at: now) { return hold(until: quiet.until, quiet.reason) }
        if channel == .email, !isDigested, priority != .high, let time = preferences.nextDigest(after: now) {
            return hold(until: time, .digest)
        }
        return .due
    }

    private func hold(until: Timestamp, _ reason: DeliveryReason) -> Step {
        if let expiresAt, expiresAt <= until { return .suppressed(reason) }
        return .held(until: until, reason)
    }
}

extension NotificationPreferences {
    /// The hour at which a daily digest comes, by the recipient's clock.
    private static let digestHour = 7

    /// When the e-mail that waits is sent together; nil where each is sent by itself.
    func nextDigest(after now: Timestamp) -> Timestamp? {
        switch digest {
        case .none: return nil
        case .hourly:
            let hour: Int64 = 3_600_000_000
            return Timestamp(microseconds: (now.microseconds / hour + 1) * hour)
        case .daily:
            guard let clock = LocalClock(zone: timeZone) else { return nil }
            let today = clock.day(of: now)
            return (0...1).map { clock.moments(today.adding(days: $0), minutes: Self.digestHour * 60).first }
                .first { $0 > now }
        }
    }
}
