package import EventStore
import Events
package import Time

extension NotificationService {
    /// The longest time that notifications can be muted for.
    package static let longestMute = Duration.seconds(366 * 86_400)

    /// What a user wants to be told. The plan's getNotificationPreferences.
    package func getNotificationPreferences(
        _ user: String,
        at moment: NotificationMoment = .now
    ) async throws -> NotificationAnswer<NotificationPreferences> {
        let answer = try await reader.preferences(of: [user], at: moment, now: clock())
        return NotificationAnswer(value: answer.value[user] ?? NotificationPreferences(), size: answer.size)
    }

    /// Sets all of what a user wants to be told, but for a mute. The plan's setNotificationPreferences.
    package func setNotificationPreferences(
        _ user: String,
        _ preferences: NotificationPreferences,
        by actor: Author
    ) async throws -> Receipt {
        try preferences.check()
        return try await append([preferences.event(for: user)], to: NotificationStream.settings(user), by: actor)
    }

    /// Lets nothing disturb a user for a while; the inbox fills all the same. The plan's muteNotifications.
    package func muteNotifications(
        _ user: String,
        for duration: Duration,
        by actor: Author
    ) async throws -> (until: Timestamp, receipt: Receipt) {
        guard duration > .zero, duration <= Self.longestMute else {
            throw NotificationError(
                .invalid(pointer: "/durationMinutes"),
                "Notifications are muted for a minute at least and a year at most."
            )
        }
        let until = clock() + duration
        let event = Notifications.Muted(userID: user, until: until)
        let receipt = try await append([event], to: NotificationStream.settings(user), by: actor)
        guard receipt.isReplay, let position = receipt.events.first?.position,
            let first = try await store.reader.event(at: position)
        else { return (until, receipt) }
        return (try first.decode(Notifications.Muted.self).until, receipt)
    }

    /// Ends a mute: what it held back comes now. The plan's unmuteNotifications.
    package func unmuteNotifications(_ user: String, by actor: Author) async throws -> Receipt {
        try await append([Notifications.Unmuted(userID: user)], to: NotificationStream.settings(user), by: actor)
    }
}
