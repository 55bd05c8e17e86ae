import EventStore
import Events
import Synchronization

/// What a follower has seen, for a test that looks on.
final class Collector: Sendable {
    private let seen = Mutex<[RecordedEvent]>([])

    var events: [RecordedEvent] { seen.withLock { $0 } }
    var positions: [Int64] { events.map(\.position) }

    func add(_ events: [RecordedEvent]) { seen.withLock { $0 += events } }

    /// Waits until it has seen so many events.
    func wait(for count: Int) async throws {
        while events.count < count { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Lends a collector that follows the log meanwhile.
    static func following<R>(
        _ store: EventStore,
        from position: Int64 = 0,
        types: Set<EventType>? = nil,
        batch: Int = 100,
        _ body: (Collector) async throws -> R
    ) async throws -> R {
        let collector = Collector()
        let following = Task {
            for try await batch in store.follow(
                from: position,
                types: types,
                batch: batch,
                poll: .milliseconds(20)
            ) {
                collector.add(batch.events)
            }
        }
        defer { following.cancel() }
        return try await body(collector)
    }
}
