import Synchronization

/// Values in this process, in shards with a lock each, bounded in bytes with all that they take beside themselves.
package final class LocalStore: Sendable {
    private final class Shard: Sendable {
        let contents: Mutex<LocalShard>

        init(capacity: Int) { contents = Mutex(LocalShard(capacity: capacity)) }
    }

    /// A pattern that cleared, for values that were on their way in then.
    private struct Clearing: Sendable {
        var size: Int64
        var namespace: String
        var pattern: KeyPattern
        var end: ContinuousClock.Instant
    }

    /// No load that began before a clearing is still under way so long after it.
    static let clearingLength = Duration.seconds(120)

    private let shards: [Shard]
    private let clearings = Mutex<[Clearing]>([])
    /// Spares those who put something the look.
    let hasClearings = Atomic<Bool>(false)
    package let capacity: Int

    /// - Parameter capacity: in bytes.
    package init(capacity: Int, shards wanted: Int? = nil) {
        self.capacity = capacity
        // A value can take a quarter of a shard.
        var count = 1
        while count < 32, capacity / (count * 2) >= 4_194_304 { count *= 2 }
        let wanted = wanted ?? count
        shards = (0..<wanted).map { _ in Shard(capacity: capacity / wanted) }
    }

    @inline(__always)
    private func withShard<R>(_ key: CacheKey, _ body: (inout LocalShard) -> sending R) -> sending R {
        let shard = Int(truncatingIfNeeded: key.spread >> 52) & (shards.count - 1)
        return shards[shard].contents.withLock { body(&$0) }
    }

    /// The value of a key, whether it holds or not.
    package func value(_ key: CacheKey) -> CachedValue? { withShard(key) { $0.value(key) } }

    /// Keeps a value if it is worth it.
    package func put(_ key: CacheKey, _ value: CachedValue) {
        if hasClearings.load(ordering: .acquiring), isCleared(key, value) { return }
        _ = withShard(key) { $0.put(key, value) }
    }

    /// Removes a value unless another has taken its place.
    func remove(_ key: CacheKey, _ value: CachedValue) { withShard(key) { $0.remove(key) { $0 === value } } }

    /// Removes what fits, and keeps out what is on its way in from before.
    func clear(
        _ namespace: String,
        _ pattern: KeyPattern,
        at size: Int64,
        for length: Duration = LocalStore.clearingLength
    ) {
        clearings.withLock { known in
            let end = ContinuousClock.now + length
            known.append(Clearing(size: size, namespace: namespace, pattern: pattern, end: end))
            if known.count > 64 { known.removeFirst() }
            hasClearings.store(true, ordering: .releasing)
        }
        removeAll { $0.namespace.name == namespace && pattern.matches($0.text) }
    }

    func removeAll(where isWanted: (CacheKey) -> Bool = { _ in true }) {
        for shard in shards { shard.contents.withLock { $0.removeAll(where: isWanted) } }
    }

    private func isCleared(_ key: CacheKey, _ value: CachedValue) -> Bool {
        clearings.withLock { known in
            known.removeAll { $0.end < .now }
            if known.isEmpty { hasClearings.store(false, ordering: .releasing) }
            return known.contains {
                value.size < $0.size && key.namespace.name == $0.namespace && $0.pattern.matches(key.text)
            }
        }
    }

    // MARK: Figures

    /// What it holds at this moment.
    package struct Figures: Sendable, Hashable {
        package var entries = 0
        package var bytes = 0
        package var evictions = 0
        package var refusals = 0
    }

    package var figures: Figures {
        var figures = Figures()
        for shard in shards {
            shard.contents.withLock { contents in
                figures.entries += contents.count
                figures.bytes += contents.bytes
                figures.evictions += contents.evictions
                figures.refusals += contents.refusals
            }
        }
        return figures
    }
}
