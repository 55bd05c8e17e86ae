import EventStore
import Time

/// Reads what programs missed that come back: with the same questions for all who ask at the same time, as all do when a
/// replica ends and they come to the next.
actor InboxCatchUp {
    /// How many notifications one program is told at once.
    static let page = 100
    /// How many programs share a question: each may be owed a page of long notifications.
    private static let together = 64

    private struct Wish {
        let user: String
        let after: Int64
        let continuation: CheckedContinuation<InboxUpdate, any Error>
    }

    private let store: EventStore
    private let reader: NotificationReader
    private let clock: @Sendable () -> Timestamp
    private var wishes: [Wish] = []
    private var isReading = false

    init(store: EventStore, reader: NotificationReader, clock: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.reader = reader
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

    private func read(_ wanted: [(user: String, after: Int64)]) async throws -> [InboxUpdate] {
        let now = clock()
        let size = try await store.head().size
        try await reader.settle(to: size)
        let starts = wanted.map { min($0.after, size - 1) }
        let items = try await reader.arrived(
            zip(wanted, starts).map { ($0.user, $1 + 1) },
            limit: Self.page,
            now: now
        )
        let unread = try await reader.unread(of: Set(wanted.map(\.user)).sorted(), now: now)
        return wanted.indices.map { index in
            let (items, start) = (items[index], starts[index])
            // A whole page may have more behind it: the next one begins after its last.
            let through =
                items.count < Self.page ? max(size - 1, items.last?.position ?? -1) : items[items.count - 1].position
            return InboxUpdate(items: items, unread: unread[wanted[index].user] ?? 0, through: max(through, start))
        }
    }
}
