package import EventStore
package import Events

extension NotificationService {
    /// How many notifications one request marks at most.
    package static let mostMarked = 1_000

    /// A part of a user's inbox, newest first. The plan's getUserNotifications.
    package func getUserNotifications(
        _ user: String,
        _ query: InboxQuery = InboxQuery(),
        at moment: NotificationMoment = .now
    ) async throws -> NotificationAnswer<[InboxItem]> {
        try await reader.inbox(of: user, query, at: moment, now: clock())
    }

    /// How many notifications a user has not read, by category. The plan's getUnreadCount is their sum.
    package func getUnreadCount(
        _ user: String,
        at moment: NotificationMoment = .now
    ) async throws -> NotificationAnswer<[String: Int64]> {
        try await reader.unread(of: user, at: moment, now: clock())
    }

    /// How many notifications a user has not read as far as the read model knows: at once, if it is behind.
    package func knownUnreadCount(_ user: String) async throws -> Int64 {
        try await reader.unread(of: [user], now: clock())[user] ?? 0
    }

    /// Marks notifications of a user's inbox: read, unread, put away, taken back, or deleted for good. The plan's
    /// markAsRead and deleteNotification.
    ///
    /// - Throws: `NotificationError(.notFound)` where one is not in that inbox; nothing is marked then.
    package func mark(
        _ ids: [String],
        _ change: Notifications.InboxChanged.Change,
        for user: String,
        by actor: Author
    ) async throws -> Receipt {
        // A repeated request finds its own deletion in the way.
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
        var seen: Set<String> = []
        let event = Notifications.InboxChanged(
            userID: user,
            change: change,
            notificationIDs: ids.filter { seen.insert($0).inserted }
        )
        return try await append([event], to: NotificationStream.inbox(user), by: actor)
    }

    /// Whether one of some notifications is none of a user's and somebody else's: then whoever names it has it from elsewhere.
    package func areForged(_ ids: [String], for user: String) async throws -> Bool {
        try await reader.hasForeign(ids, besides: user)
    }

    /// Marks everything that is in a user's inbox now as read. The plan's markAllAsRead.
    package func markAllAsRead(_ user: String, by actor: Author) async throws -> Receipt {
        let event = Notifications.InboxRead(userID: user, size: try await store.head().size)
        return try await append([event], to: NotificationStream.inbox(user), by: actor)
    }
}
