extension NotificationService {
    /// Tells a program what changes in an inbox: what it missed first, once and in order, and then whatever comes.
    ///
    /// Ends when the server shuts down, and when `deliver` throws.
    ///
    /// - Parameters:
    ///   - position: `through` of the last update that it had; nil for what comes from now on.
    ///   - deliver: is called with one update after another, and also now and then with a heartbeat.
    package func followInbox(
        of user: String,
        after position: Int64?,
        _ deliver: (InboxUpdate) async throws -> Void
    ) async throws {
        // Listening begins before the look back, so that nothing falls between the two.
        let subscription = InboxSubscription(user)
        hub.begin(subscription)
        defer { hub.end(subscription) }
        var place = InboxPlace(position ?? .max)
        func catchUp() async throws {
            _ = try await self.catchUp(user, after: place.last) { update in
                place.read(update)
                try await deliver(update)
            }
        }
        try await catchUp()
        for await update in subscription.updates {
            if subscription.takeMissed() {
                try await catchUp()
            } else if update.isHeartbeat {
                try await deliver(update)
            } else if let news = place.hear(update) {
                try await deliver(news)
            }
        }
    }

    /// What changes in an inbox, for a connection that is written to without waiting. It tells from
    /// ``InboxFeed/begin(after:)`` on; from now on the program is looked at whether it may still hear anything. It has to be ended.
    package func feed(of user: String, to receiver: any InboxReceiver) -> InboxFeed {
        let feed = InboxFeed(self, of: user, to: receiver)
        hub.begin(feed)
        return feed
    }

    /// What arrived after a position, and how many are unread; waits for something to arrive up to `patience`. What a
    /// program asks that can keep no connection open.
    package func pollInbox(of user: String, after position: Int64, patience: Duration) async throws -> InboxUpdate {
        let subscription = InboxSubscription(user)
        hub.begin(subscription)
        defer { hub.end(subscription) }
        let deadline = ContinuousClock.now + patience
        var position = position
        var unread: Int64?
        while true {
            let update = try await missed.read(user, after: position)
            // Of what is not wanted live nothing is told, and it may have more behind it.
            if update.items.isEmpty, update.hasMore {
                position = update.through
                continue
            }
            // Read and unread marks are news, too.
            let isNews = !update.items.isEmpty || (unread != nil && update.unread != unread)
            if isNews || ContinuousClock.now >= deadline { return update }
            unread = update.unread
            let isWoken = await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    for await update in subscription.updates where !update.isHeartbeat || subscription.takeMissed() {
                        return true
                    }
                    return false
                }
                group.addTask {
                    try? await Task.sleep(until: deadline)
                    return false
                }
                defer { group.cancelAll() }
                return await group.next() ?? false
            }
            if !isWoken || Task.isCancelled { return try await missed.read(user, after: position) }
        }
    }

    /// Delivers what arrived after a position, and how many are unread.
    ///
    /// - Returns: where the newest of it stands.
    func catchUp(
        _ user: String,
        after position: Int64,
        _ deliver: (InboxUpdate) async throws -> Void
    ) async throws -> Int64 {
        var last = position
        while true {
            let update = try await missed.read(user, after: last)
            last = update.through
            try await deliver(update)
            if !update.hasMore { return last }
        }
    }
}
