import EventStore
import Time

/// Reads what programs missed that come back: with the same questions for all who ask at the same time, as all do when a
/// replica ends and they come to the next.
actor InboxCatchUp {
    /// How many notifications one program is told at once.
    static let page = 100
    /// And how many bytes, about.
    static let bytes = 262_144
    /// How many programs share a question: each may be owed a page of long notifications.
    private static let together = 64

    private struct Wish {
        let user: String
        let after: Int64
        let continuation: CheckedContinuation<InboxUpdate, any Error>
    }

    private let store: EventStore
    private let reader: NotificationReader
    private let wanted: InboxWishes
    private let clock: @Sendable () -> Timestamp
    private var wishes: [Wish] = []
    private var isReading = false

    init(
        store: EventStore,
        reader: NotificationReader,
        wanted: InboxWishes,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.reader = reader
        self.wanted = wanted
        self.clock = clock
    }

    /// A page of what arrived in an inbox after a position, and how many are unread. Everything is in it that was
    /// acknowledged before it was asked for, up to the page's length.
    func read(_ user: String, after position: Int64) async throws -> InboxUpdate {
        try await withCheckedThrowingContinuation { continuation in
            wishes.append(Wish(user: user, after: position, continuation: continuation))
            guard !isReading else { return }
            isReading = true
            Task { await readAll() }
        }
    }

    private func readAll() async {
        while !wishes.isEmpty {
            let some = Array(wishes.prefix(Self.together))
            wishes.removeFirst(some.count)
            do {
                let updates = try await read(some.map { ($0.user, $0.after) })
                for (wish, update) in zip(some, updates) { wish.continuation.resume(returning: update) }
            } catch {
                for wish in some { wish.continuation.resume(throwing: error) }
            }
        }
        isReading = false
    }

    private func read(_ asked: [(user: String, after: Int64)]) async throws -> [InboxUpdate] {
        let now = clock()
        let edition = wanted.edition
        let size = try await store.head().size
        try await reader.settle(to: size)
        let starts = asked.map { min($0.after, size - 1) }
        let pages = try await reader.arrived(
            zip(asked, starts).map { ($0.user, $1 + 1) },
            limit: Self.page,
            bytes: Self.bytes,
            now: now
        )
        let users = Set(asked.map(\.user)).sorted()
        let unread = try await reader.unread(of: users, now: now)
        let preferences = try await reader.knownPreferences(of: users)
        wanted.keep(preferences, of: users, since: edition)
        return asked.indices.map { index in
            let (page, start, user) = (pages[index], starts[index], asked[index].user)
            let end = page.items.last?.position ?? -1
            let wishes = preferences[user] ?? NotificationPreferences()
            return InboxUpdate(
                items: page.items.filter { wishes.wantsLive($0.category) },
                unread: unread[user] ?? 0,
                // Where there is more the next page begins after the last of this one.
                through: max(page.hasMore ? end : max(size - 1, end), start),
                hasMore: page.hasMore,
                countedAt: now
            )
        }
    }
}
