import Frequencies
import Synchronization

/// The keys that are asked for most, of a sample of the questions, in bounded memory.
package final class TopKeys: Sendable {
    /// A key, how often it was asked for at most, and by how much that may be too much.
    package struct Entry: Sendable, Hashable {
        package var namespace: String
        /// May hold words about people, as they were asked for.
        package var key: String
        /// The key without what may tell of anybody: the route that it is of, if it is of one, and a code that is another
        /// one in each process.
        package var code: String
        package var count: Int
        package var error: Int
    }

    /// One question of so many is looked at.
    package static let sampling = 16

    private let counted: Mutex<HeavyHitters<CacheKey>>

    init(capacity: Int = 256) {
        counted = Mutex(HeavyHitters(capacity: capacity))
    }

    func note(_ key: CacheKey) {
        // A sample: whoever finds it busy goes on.
        _ = counted.withLockIfAvailable { $0.note(key) }
    }

    /// The first ones, counts scaled up to all questions.
    package func first(_ limit: Int) -> [Entry] {
        counted.withLock { $0 }.top(limit).map { entry in
            Entry(
                namespace: entry.element.namespace.name,
                key: entry.element.text,
                code: entry.element.code,
                count: Int(entry.count) * Self.sampling,
                error: Int(entry.error) * Self.sampling
            )
        }
    }

    func clear() { counted.withLock { $0.removeAll() } }
}

extension CacheKey {
    /// The first two parts of the path that it is of, where it is of one, and a code.
    fileprivate var code: String {
        let target = text.split(separator: " ").last { $0.hasPrefix("/") } ?? ""
        let path = target.prefix { $0 != "?" }.split(separator: "/").prefix(2).map { "/\($0)" }.joined()
        return "\(path)#\(String(spread, radix: 36))"
    }
}
