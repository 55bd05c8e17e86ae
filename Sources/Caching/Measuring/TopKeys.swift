import Synchronization

/// The keys that are asked for most, of a sample of the questions, in bounded memory: Space-Saving.
///
/// A. Metwally, D. Agrawal, A. El Abbadi: Efficient Computation of Frequent and Top-k Elements in Data Streams (2005).
package final class TopKeys: Sendable {
    /// A key, how often it was asked for at most, and by how much that may be too much.
    package struct Entry: Sendable, Hashable {
        package var namespace: String
        package var key: String
        package var count: Int
        package var error: Int
    }

    private struct Counted {
        var count: Int
        var error: Int
    }

    /// One question of so many is looked at.
    package static let sampling = 16

    private let capacity: Int
    private let counted = Mutex<[CacheKey: Counted]>([:])

    init(capacity: Int = 256) {
        self.capacity = capacity
    }

    func note(_ key: CacheKey) {
        // A sample: whoever finds it busy goes on.
        _ = counted.withLockIfAvailable { counted in
            if counted[key] != nil {
                counted[key]?.count += 1
            } else if counted.count < capacity {
                counted[key] = Counted(count: 1, error: 0)
            } else if let least = counted.min(by: { $0.value.count < $1.value.count }) {
                counted.removeValue(forKey: least.key)
                counted[key] = Counted(count: least.value.count + 1, error: least.value.count)
            }
        }
    }

    /// The first ones, counts scaled up to all questions.
    package func first(_ limit: Int) -> [Entry] {
        counted.withLock { $0 }
            .map { key, counted in
                Entry(
                    namespace: key.namespace.name,
                    key: key.text,
                    count: counted.count * Self.sampling,
                    error: counted.error * Self.sampling
                )
            }
            .sorted { ($1.count, $0.key) < ($0.count, $1.key) }
            .prefix(limit).map(\.self)
    }

    func clear() { counted.withLock { $0 = [:] } }
}
