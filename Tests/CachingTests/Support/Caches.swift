import Redis
import Synchronization
import TestSupport
import Time

@testable import Caching

/// A clock that stands still until it is told.
final class StandingClock: Sendable {
    private let time = Atomic<Int64>(1_000_000_000)

    func advance(_ duration: Duration) { time.add(duration.nanoseconds, ordering: .relaxed) }
    var now: Int64 { time.load(ordering: .relaxed) }
    var clock: CacheClock { CacheClock(now: { self.now }, calendar: { .now() }) }
    /// The same, and the calendar goes with it.
    var whole: CacheClock {
        CacheClock(now: { self.now }, calendar: { Timestamp(microseconds: self.now / 1_000) })
    }
}

/// Counts, and holds loads back until they are let go.
final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    var count: Int { value.load(ordering: .relaxed) }
    @discardableResult func add() -> Int { value.add(1, ordering: .relaxed).newValue }
}

extension CacheNamespace {
    static let things = CacheNamespace("things", ttl: .seconds(100), negativeTTL: .seconds(10))
    static let lenient = CacheNamespace("lenient", ttl: .seconds(100), staleFor: .seconds(50))
    static let alone = CacheNamespace("alone", isShared: false)
    static let tight = CacheNamespace("tight", maximumValueBytes: 100)
    static let testing: [CacheNamespace] = [.things, .lenient, .alone, .tight]
}

extension Cache {
    /// A cache whose horizon stands at `size`.
    static func testing(
        at size: Int64 = 10,
        shared: RedisStore? = nil,
        adjust: (inout Settings) -> Void = { _ in }
    ) -> Cache {
        let horizon = InvalidationHorizon()
        horizon.begin(at: size)
        var settings = Settings()
        settings.random = { 0.5 }
        adjust(&settings)
        return Cache(
            horizon: horizon,
            namespaces: CacheNamespace.testing,
            settings: settings,
            shared: shared,
            logger: LogFixture.quiet
        )
    }

    /// What an event that touches these tags does.
    func event(_ tags: [CacheTag]?) {
        let position = horizon.size
        horizon.touch(tags, at: position)
        horizon.advance(to: position + 1)
    }
}

extension RedisStore {
    static let secret = [UInt8](repeating: 9, count: 32)

    static func testing(_ redis: RedisFixture, adjust: (inout RedisConfiguration) -> Void = { _ in }) async throws
        -> RedisStore
    {
        var configuration = redis.configuration
        adjust(&configuration)
        let pool = try RedisPool(configuration: configuration, logger: LogFixture.quiet)
        _ = await pool.awaitAvailable(within: .seconds(180))
        return RedisStore(pool: pool) { secret }
    }
}

extension CachedAnswer {
    var text: String? { value.bytes.map { String(decoding: $0, as: UTF8.self) } }
}
