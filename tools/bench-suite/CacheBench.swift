import App
import Caching
import DemoData
import EventStore
import Events
import Foundation
import HTTPAPI
import Institution
import JSON
import Synchronization

/// The cache: how long a hit takes beside writers, how often it hits beside what perfect knowledge would, and what that
/// is worth over HTTP.
enum CacheBench {
    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        try await latency(&report)
        hitRate(&report)
        try await overHTTP(options, directory, &report)
    }

    static let namespace = CacheNamespace("bench", ttl: .seconds(86_400))

    static func cache(bytes: Int) -> Cache {
        let horizon = InvalidationHorizon()
        horizon.begin(at: 1)
        var settings = Cache.Settings()
        settings.capacity = bytes
        return Cache(horizon: horizon, namespaces: [namespace], settings: settings, logger: BenchSystem.quiet)
    }

    // MARK: A hit

    private static let keyCount = 20_000

    /// Hits of one reader while two threads put values, beside a dictionary behind one lock under the same load.
    private static func latency(_ report: inout BenchReport) async throws {
        let cache = cache(bytes: 67_108_864)
        let keys = try (0..<keyCount).map { try cache.key(namespace, "/institution/students/student-\($0)") }
        await cache.keep(keys.map { (key: $0, bytes: [UInt8](repeating: 1, count: 200), tags: [.anyModel], ttl: nil) })
        let dictionary = LockedDictionary(keys.map { ($0, [UInt8](repeating: 1, count: 200)) })
        let ours = try await samples(
            keys,
            write: { key in
                await cache.keep([(key: key, bytes: [UInt8](repeating: 2, count: 200), tags: [.anyModel], ttl: nil)])
            },
            read: { cache.value($0) != nil }
        )
        let plain = try await samples(
            keys,
            write: { dictionary.put($0, [UInt8](repeating: 2, count: 200)) },
            read: { dictionary.value($0) != nil }
        )
        for (share, label) in [(0.5, "median"), (0.99, "p99")] {
            report.add(
                "cache hit beside 2 writers, \(label)",
                Stopwatch.percentile(share, of: ours),
                "µs",
                beside: .init(
                    name: "dictionary behind a lock, \(label)",
                    value: Stopwatch.percentile(share, of: plain),
                    unit: "µs"
                )
            )
        }
    }

    /// Microseconds of single reads; the clock's own cost, about 30 ns, is in them.
    private static func samples(
        _ keys: [CacheKey],
        write: @escaping @Sendable (CacheKey) async -> Void,
        read: @escaping @Sendable (CacheKey) -> Bool
    ) async throws -> [Double] {
        let isOver = Flag()
        let writers = (0..<2).map { writer in
            Task.detached {
                var index = writer
                while !isOver.isSet {
                    await write(keys[index % keys.count])
                    index += 7
                }
            }
        }
        // On a thread of its own, which ends the writers, too: they may keep every thread that tasks have.
        let samples = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let samples = reads(keys, read)
                isOver.set()
                continuation.resume(returning: samples)
            }
        }
        for writer in writers { await writer.value }
        guard let samples else { throw BenchOptions.Mistake(description: "what was put is not there") }
        return samples
    }

    /// Nil where a read did not find its value.
    private static func reads(_ keys: [CacheKey], _ read: (CacheKey) -> Bool) -> [Double]? {
        var samples: [Double] = []
        samples.reserveCapacity(300_000)
        var index = 1
        for _ in 0..<300_000 {
            index = (index &* 1_103_515_245 &+ 12_345) & 0x7fff_ffff
            let key = keys[index % keys.count]
            let start = ContinuousClock.now
            guard read(key) else { return nil }
            samples.append(Stopwatch.seconds(.now - start) * 1e6)
        }
        return samples
    }

    // MARK: Hit rates

    /// Zipf(0.99) over a million keys with room for a tenth of them, beside LRU and beside what knows every frequency.
    private static func hitRate(_ report: inout BenchReport) {
        let count = 1_000_000
        let room = count / 10
        let zipf = ZipfLaw(count: count, exponent: 0.99)
        // The ranks are spread over the keys, so that no hash meets an order.
        let keys = (0..<count).compactMap { CacheKey(namespace, "key-\($0)") }
        let weight = 10 + 8 + 208 + 192 + 8
        let store = LocalStore(capacity: weight * room)
        let lru = LRU(capacity: room)
        let horizonless = CachedValueMaker()
        let requests = 10_000_000
        var (hits, lruHits, bestHits, most) = (0, 0, 0, 0)
        var generator = SystemRandomNumberGenerator()
        for request in 0..<requests {
            let rank = zipf.draw(&generator)
            // The first half fills the caches.
            let counts = request >= requests / 2
            let key = keys[rank]
            if horizonless.isThere(store, key) {
                if counts { hits += 1 }
            } else {
                horizonless.put(store, key)
            }
            if lru.ask(rank), counts { lruHits += 1 }
            if rank < room, counts { bestHits += 1 }
            if request % 100_000 == 0 { most = max(most, store.figures.entries) }
        }
        let all = Double(requests / 2)
        let rate = Double(hits) / all * 100
        report.add(
            "hit rate, Zipf(0.99), 1M keys, room for \(most) of them",
            rate,
            "%",
            beside: .init(name: "perfect LFU, room for \(room)", value: Double(bestHits) / all * 100, unit: "%")
        )
        report.add(
            "the same beside LRU",
            rate,
            "%",
            beside: .init(name: "LRU, room for \(room)", value: Double(lruHits) / all * 100, unit: "%")
        )
    }
}

/// Set once, from any thread.
private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}

/// What the cache is measured beside.
private final class LockedDictionary: Sendable {
    private let values: Mutex<[CacheKey: [UInt8]]>

    init(_ values: [(CacheKey, [UInt8])]) {
        self.values = Mutex(Dictionary(values) { first, _ in first })
    }

    func value(_ key: CacheKey) -> [UInt8]? { values.withLock { $0[key] } }
    func put(_ key: CacheKey, _ value: [UInt8]) { values.withLock { $0[key] = value } }
}

/// Values of eight bytes for the store itself, without loads and times.
private struct CachedValueMaker {
    private let value = CachedValue(plain: [UInt8](repeating: 1, count: 8))

    func isThere(_ store: LocalStore, _ key: CacheKey) -> Bool { store.value(key) != nil }
    func put(_ store: LocalStore, _ key: CacheKey) { store.put(key, value) }
}

/// Ranks by Zipf's law, by a table of cumulative weights.
struct ZipfLaw {
    private var cumulative: [Double] = []

    init(count: Int, exponent: Double) {
        cumulative.reserveCapacity(count)
        var sum = 0.0
        for rank in 1...count {
            sum += 1 / pow(Double(rank), exponent)
            cumulative.append(sum)
        }
    }

    func draw(_ generator: inout some RandomNumberGenerator) -> Int {
        let point = Double.random(in: 0..<cumulative[cumulative.count - 1], using: &generator)
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] <= point { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Least recently used, of numbers.
private final class LRU {
    private let capacity: Int
    private var places: [Int: Int] = [:]
    private var keys: [Int] = []
    private var previous: [Int] = []
    private var next: [Int] = []
    private var head = -1
    private var tail = -1

    init(capacity: Int) { self.capacity = capacity }

    /// Whether it is there; it is afterwards.
    func ask(_ key: Int) -> Bool {
        if let place = places[key] {
            unlink(place)
            link(place)
            return true
        }
        let place: Int
        if keys.count < capacity {
            place = keys.count
            keys.append(key)
            previous.append(-1)
            next.append(-1)
        } else {
            place = tail
            unlink(place)
            places.removeValue(forKey: keys[place])
            keys[place] = key
        }
        places[key] = place
        link(place)
        return false
    }

    private func link(_ place: Int) {
        previous[place] = -1
        next[place] = head
        if head != -1 { previous[head] = place } else { tail = place }
        head = place
    }

    private func unlink(_ place: Int) {
        if previous[place] != -1 { next[previous[place]] = next[place] } else { head = next[place] }
        if next[place] != -1 { previous[next[place]] = previous[place] } else { tail = previous[place] }
    }
}
