import EventStore
import Events
import Logging
import Postgres
import ServiceLifecycle
import Synchronization
import Time

/// Tells the programs that are connected to this replica what changes in inboxes.
///
/// It follows the log, which is the truth for every replica; what arrived for all who are connected is read with one
/// question a batch, not one a program.
package final class InboxHub: Service {
    /// How often a program hears that the connection is alive, and is looked at whether it may still hear anything.
    static let heartbeat = Duration.seconds(15)
    private static let types: Set<EventType> = [
        Notifications.Addressed.type, Notifications.InboxChanged.type, Notifications.InboxRead.type,
        Identity.TokenRevoked.type,
    ]

    private struct State {
        var byUser: [String: [Int: InboxSubscription]] = [:]
        var next = 0
        var isClosed = false
    }

    private let store: EventStore
    private let reader: NotificationReader
    private let clock: @Sendable () -> Timestamp
    private let logger: Logger
    private let state = Mutex(State())

    init(
        store: EventStore,
        reader: NotificationReader,
        clock: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.store = store
        self.reader = reader
        self.clock = clock
        self.logger = logger
    }

    /// How many programs listen.
    package var subscriptions: Int { state.withLock { $0.byUser.values.reduce(0) { $0 + $1.count } } }

    /// Tells until graceful shutdown; then every program is let go, to come back to another replica.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.beat() }
                group.addTask { await self.followLog() }
            }
        }
        let all = state.withLock { state in
            state.isClosed = true
            return state.byUser.values.flatMap(\.values)
        }
        for subscription in all { subscription.finish() }
    }

    func subscribe(_ user: String) -> InboxSubscription {
        state.withLock { state in
            state.next += 1
            let subscription = InboxSubscription(id: state.next, user: user)
            if state.isClosed {
                subscription.finish()
            } else {
                state.byUser[user, default: [:]][state.next] = subscription
            }
            return subscription
        }
    }

    func end(_ subscription: InboxSubscription) {
        subscription.finish()
        state.withLock { state in
            state.byUser[subscription.user]?[subscription.id] = nil
            if state.byUser[subscription.user]?.isEmpty == true { state.byUser[subscription.user] = nil }
        }
    }

    // MARK: Following

    private func beat() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.heartbeat)
            let all = state.withLock { $0.byUser.values.flatMap(\.values) }
            for subscription in all { subscription.send(.heartbeat) }
        }
    }

    private func followLog() async {
        while !Task.isCancelled {
            do {
                let size = try await store.head().size
                // What was recorded while nobody followed is read by everybody for themselves.
                let all = state.withLock { $0.byUser }
                try await tell(Array(all.keys), from: 0, to: size, everything: true)
                for try await batch in store.follow(from: size, types: Self.types) {
                    let users = Set(try batch.events.flatMap(Self.users))
                    let connected = state.withLock { state in users.filter { state.byUser[$0] != nil } }
                    guard !connected.isEmpty, let first = batch.events.first else { continue }
                    try await reader.settle(to: batch.nextPosition)
                    try await tell(connected.sorted(), from: first.position, to: batch.nextPosition)
                }
            } catch {
                if Task.isCancelled { return }
                logger.warning("inboxes cannot be followed; beginning anew", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private static func users(_ event: RecordedEvent) throws -> [String] {
        switch event.type {
        case Notifications.Addressed.type: try event.decode(Notifications.Addressed.self).userIDs
        case Notifications.InboxChanged.type: [try event.decode(Notifications.InboxChanged.self).userID]
        case Notifications.InboxRead.type: [try event.decode(Notifications.InboxRead.self).userID]
        case Identity.TokenRevoked.type: [try event.decode(Identity.TokenRevoked.self).userID]
        default: []
        }
    }

    /// Tells users what arrived between two positions, and how many are unread.
    private func tell(_ users: [String], from: Int64, to: Int64, everything: Bool = false) async throws {
        guard !users.isEmpty else { return }
        let arrived = everything ? [:] : try await reader.arrived(for: users, from: from, below: to, now: clock())
        let unread = try await reader.unread(of: users, now: clock())
        for user in users {
            let subscriptions = state.withLock { $0.byUser[user].map { Array($0.values) } } ?? []
            let update = InboxUpdate(items: arrived[user] ?? [], unread: unread[user] ?? 0, through: to - 1)
            for subscription in subscriptions { subscription.send(update) }
        }
    }
}

extension InboxUpdate {
    static let heartbeat = InboxUpdate(items: [], unread: 0, through: -1, isHeartbeat: true)
}
