import EventStore
import Events
import Logging
import Postgres
import ServiceLifecycle
import Synchronization
import Time

/// Tells the programs that are connected to this replica what changes in inboxes.
///
/// It follows the log, which is the truth for every replica. What arrived is told as soon as it is in the log; how many are
/// unread follows when the read model knows, with one question for all whose inboxes changed. Whose token was revoked or whose session ended hears
/// nothing of what was recorded after that.
package final class InboxHub: Service {
    /// How often a program hears that the connection is alive, and is looked at whether it may still hear anything.
    static let heartbeat = Duration.seconds(15)
    /// How many are looked at together: they share what has to be asked for it.
    private static let together = 256
    private static let types = InboxNews.types.union([
        Identity.TokenRevoked.type, Identity.SessionEnded.type, Identity.ConsoleSessionsEnded.type,
        Notifications.PreferencesSet.type,
    ])

    private struct State {
        var byUser: [String: [any InboxListener]] = [:]
        var isClosed = false
        /// Whose unread notifications are to be counted, as of which size of the log or a later one.
        var uncounted: (users: Set<String>, size: Int64) = ([], 0)
        /// Up to when it was looked whose notifications expired.
        var looked: Timestamp
    }

    private let store: EventStore
    private let reader: NotificationReader
    private let clock: @Sendable () -> Timestamp
    private let logger: Logger
    private let wishes: InboxWishes
    private let state: Mutex<State>
    /// Signals that there is something to count.
    private let counts = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    init(
        store: EventStore,
        reader: NotificationReader,
        wishes: InboxWishes,
        clock: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.wishes = wishes
        state = Mutex(State(looked: clock()))
        self.store = store
        self.reader = reader
        self.clock = clock
        self.logger = logger
    }

    /// How many programs listen.
    package var listeners: Int { state.withLock { $0.byUser.values.reduce(0) { $0 + $1.count } } }

    /// Tells until graceful shutdown; then every program is let go, to come back to another replica.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.beat() }
                group.addTask { await self.followLog() }
                group.addTask { await self.countUnread() }
            }
        }
        state.withLock { $0.isClosed = true }
        for listener in all { listener.finish() }
    }

    func begin(_ listener: any InboxListener) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.byUser[listener.user, default: []].append(listener) }
            return state.isClosed
        }
        if isClosed { listener.finish() }
    }

    func end(_ listener: any InboxListener) {
        let isLast = state.withLock { state in
            state.byUser[listener.user]?.removeAll { $0 === listener }
            guard state.byUser[listener.user]?.isEmpty == true else { return false }
            state.byUser[listener.user] = nil
            return true
        }
        if isLast { wishes.drop(listener.user) }
    }

    private var all: [any InboxListener] { state.withLock { $0.byUser.values.flatMap { $0 } } }

    private func listeners(of user: String) -> [any InboxListener] { state.withLock { $0.byUser[user] ?? [] } }

    // MARK: Following

    private func beat() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.heartbeat)
            await Self.each(all) { await $0.beat() }
            do { try await countExpired() } catch {
                if Task.isCancelled { return }
                logger.warning("what expired cannot be counted", metadata: ["error": "\(error)"])
            }
        }
    }

    private static func each(
        _ listeners: [any InboxListener],
        _ action: @escaping @Sendable (any InboxListener) async -> Void
    ) async {
        for start in stride(from: 0, to: listeners.count, by: together) {
            await withDiscardingTaskGroup { group in
                for listener in listeners[start..<min(start + together, listeners.count)] {
                    group.addTask { await action(listener) }
                }
            }
        }
    }

    private func followLog() async {
        while !Task.isCancelled {
            do {
                let size = try await store.head().size
                wishes.forgetAll()
                // What was recorded while nobody followed is read by everybody for themselves.
                for listener in all { listener.miss() }
                for try await batch in store.follow(from: size, types: Self.types) {
                    try await tell(batch.events, through: batch.nextPosition)
                }
            } catch {
                if Task.isCancelled { return }
                logger.warning("inboxes cannot be followed; beginning anew", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func tell(_ events: [RecordedEvent], through next: Int64) async throws {
        for event in events where event.type == Notifications.PreferencesSet.type {
            wishes.forget(try event.decode(Notifications.PreferencesSet.self).userID)
        }
        for event in events {
            // Before anything is told, of this batch or a later one.
            guard let user = try Self.leaving(event) else { continue }
            await Self.each(listeners(of: user)) { await $0.recheck() }
        }
        let news = try await InboxNews(
            events,
            now: clock(),
            isConnected: { user in state.withLock { $0.byUser[user] != nil } },
            sent: { id in try await store.reader.stream(NotificationStream.notification(id), limit: 1).first }
        )
        let learned = try await learnWishes(of: news.items.keys)
        for (user, items) in news.items {
            let wanted = learned[user] ?? wishes(of: user) ?? NotificationPreferences()
            let items = items.filter { wanted.wantsLive($0.category) }
            guard !items.isEmpty else { continue }
            let update = InboxUpdate(items: items, unread: nil, through: next - 1)
            for listener in listeners(of: user) { listener.hear(update) }
        }
        count(news.changed, at: next)
    }

    /// Who signed out by an event, or whose token was revoked or sessions were ended.
    private static func leaving(_ event: RecordedEvent) throws -> String? {
        switch event.type {
        case Identity.TokenRevoked.type: try event.decode(Identity.TokenRevoked.self).userID
        case Identity.SessionEnded.type: try event.decode(Identity.SessionEnded.self).userID
        case Identity.ConsoleSessionsEnded.type: try event.decode(Identity.ConsoleSessionsEnded.self).userID
        default: nil
        }
    }

    /// Finds out what those want of whom it is not known.
    private func learnWishes(
        of users: some Collection<String>
    ) async throws -> [String: NotificationPreferences] {
        let unknown = wishes.unknown(users)
        guard !unknown.isEmpty else { return [:] }
        let edition = wishes.edition
        try await reader.settle()
        let learned = try await reader.knownPreferences(of: unknown)
        wishes.keep(learned, of: unknown, since: edition)
        return learned
    }

    // MARK: Counting

    /// Counts anew for those whose unread notifications expired since it was looked last: nothing of the log says so.
    func countExpired() async throws {
        let now = clock()
        let start = state.withLock { $0.looked }
        let users = Set(try await reader.expired(after: start, until: now))
        let size = try await store.head().size
        let connected = state.withLock { state in
            state.looked = now
            return users.filter { state.byUser[$0] != nil }
        }
        count(connected, at: size)
    }

    private func count(_ users: Set<String>, at size: Int64) {
        guard !users.isEmpty else { return }
        state.withLock { state in
            state.uncounted.users.formUnion(users)
            state.uncounted.size = max(state.uncounted.size, size)
        }
        counts.continuation.yield()
    }

    private func countUnread() async {
        for await _ in counts.stream {
            let (users, size) = state.withLock { state in
                defer { state.uncounted.users = [] }
                return state.uncounted
            }
            do {
                try await reader.settle(to: size)
                let now = clock()
                let unread = try await reader.unread(of: users.sorted(), now: now)
                for user in users {
                    let update = InboxUpdate(
                        items: [],
                        unread: unread[user] ?? 0,
                        through: size - 1,
                        countedAt: now
                    )
                    for listener in listeners(of: user) { listener.hear(update) }
                }
            } catch {
                if Task.isCancelled { return }
                logger.warning("unread notifications cannot be counted", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
                count(users, at: size)
            }
        }
    }
}
