package import Events
import JSON
import Postgres
import Recurrence
package import Time

/// What somebody wants to be told, by which ways, and when not. The plan's NotificationPreference.
package struct NotificationPreferences: Sendable, Hashable {
    /// What differs from the ways' own setting, for one category and way.
    package struct Choice: Sendable, Hashable {
        /// The category.
        package var category: NotificationCategory
        /// The way.
        package var channel: DeliveryChannel
        /// Whether it is wanted that way.
        package var isWanted: Bool

        /// A choice.
        package init(_ category: NotificationCategory, _ channel: DeliveryChannel, isWanted: Bool) {
            self.category = category
            self.channel = channel
            self.isWanted = isWanted
        }
    }

    /// Whether live, in the inbox.
    package var inApp = true
    /// Whether by e-mail.
    package var email = true
    /// Whether to registered devices.
    package var push = true
    /// Whether by short message, or another way that the institution connected.
    package var webhook = false
    /// What differs for a category.
    package var choices: [Choice] = []
    /// When not to be disturbed.
    package var quietHours: [QuietHours.Span] = []
    /// The IANA time zone of the quiet hours.
    package var timeZone = "UTC"
    /// The language that is wanted (BCP 47).
    package var locale: String?
    /// Whether e-mail comes together.
    package var digest = Notifications.PreferencesSet.Digest.none
    /// Until when nothing disturbs; nil where nothing is muted.
    package var mutedUntil: Timestamp?

    /// What somebody has who never said anything.
    package init() {}

    /// Whether a category is wanted by a way.
    package func wants(_ category: NotificationCategory, by channel: DeliveryChannel) -> Bool {
        if category.isMandatory { return true }
        if let choice = choices.last(where: { $0.category == category && $0.channel == channel }) {
            return choice.isWanted
        }
        return switch channel {
        case .inApp: inApp
        case .email: email
        case .push: push
        case .webhook: webhook
        }
    }

    /// Until when nothing may disturb, and why; nil where it may.
    package func quiet(at moment: Timestamp) -> (until: Timestamp, reason: DeliveryReason)? {
        if let mutedUntil, mutedUntil > moment { return (mutedUntil, .muted) }
        guard !quietHours.isEmpty, let hours = QuietHours(quietHours, zone: timeZone) else { return nil }
        return hours.end(from: moment).map { ($0, .quietHours) }
    }
}

extension NotificationPreferences {
    /// Refuses zones that there are not, and hours that are none.
    func check() throws(NotificationError) {
        guard LocalClock(zone: timeZone) != nil else {
            throw NotificationError(
                .invalid(pointer: "/timeZone"),
                "There is no time zone “\(timeZone)”. Zones are named like Europe/Berlin."
            )
        }
        for (index, span) in quietHours.enumerated() where span.from == span.to {
            throw NotificationError(
                .invalid(pointer: "/quietHours/\(index)/to"),
                "Quiet hours end at another time than they begin."
            )
        }
    }

    /// What is recorded of them.
    func event(for user: String) -> Notifications.PreferencesSet {
        Notifications.PreferencesSet(
            userID: user,
            inApp: inApp,
            email: email,
            push: push,
            webhook: webhook,
            categories: choices.isEmpty
                ? nil
                : choices.map {
                    .init(
                        category: $0.category.rawValue,
                        channel: .init(rawValue: $0.channel.rawValue) ?? .inApp,
                        isWanted: $0.isWanted
                    )
                },
            quietHours: quietHours.isEmpty
                ? nil
                : quietHours.map { span in
                    .init(
                        day: Notifications.PreferencesSet.QuietHour.Day.allCases[span.day],
                        from: QuietHours.Span.text(span.from),
                        to: QuietHours.Span.text(span.to)
                    )
                },
            timeZone: timeZone,
            locale: locale,
            digest: digest
        )
    }

    /// Reads them from the read model.
    init(_ row: PostgresRow) throws {
        mutedUntil = try row.decode("muted_until", as: Timestamp?.self)
        // Muted only; all else is as it comes with Daybook.
        guard let inApp = try row.decode("in_app", as: Bool?.self) else { return }
        self.inApp = inApp
        email = try row.decode("email", as: Bool?.self) ?? email
        push = try row.decode("push", as: Bool?.self) ?? push
        webhook = try row.decode("webhook", as: Bool?.self) ?? webhook
        timeZone = try row.decode("time_zone", as: String?.self) ?? timeZone
        locale = try row.decode("locale", as: String?.self)
        digest = try row.decode("digest", as: String?.self).flatMap { .init(rawValue: $0) } ?? .none
        choices = try Self.elements(try row.decode("categories", as: String?.self)).compactMap { object in
            guard let category = object["category"]?.string.flatMap(NotificationCategory.init(rawValue:)),
                let channel = object["channel"]?.string.flatMap(DeliveryChannel.init(rawValue:)),
                case .bool(let isWanted)? = object["isWanted"]
            else { return nil }
            return Choice(category, channel, isWanted: isWanted)
        }
        quietHours = try Self.elements(try row.decode("quiet_hours", as: String?.self)).compactMap { object in
            guard let name = object["day"]?.string,
                let day = Notifications.PreferencesSet.QuietHour.Day.allCases.firstIndex(where: { $0.rawValue == name }
                ),
                let from = object["from"]?.string.flatMap(QuietHours.Span.minutes),
                let to = object["to"]?.string.flatMap(QuietHours.Span.minutes)
            else { return nil }
            return QuietHours.Span(day: day, from: from, to: to)
        }
    }

    private static func elements(_ text: String?) throws -> [JSONObject] {
        guard let text, case .array(let elements) = try JSONValue(parsing: Array(text.utf8)) else { return [] }
        return elements.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }
}
