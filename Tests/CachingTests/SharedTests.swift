import Redis
import TestSupport
import Testing

@testable import Caching

/// Two replicas and the Redis between them.
struct SharedTests {
    private let tag = CacheTag("things")

    private func load(
        _ cache: Cache,
        _ text: String = "value",
        key: String = "a",
        counter: Counter = Counter()
    ) async throws -> CachedAnswer {
        try await cache.value(try cache.key(.things, key), tags: [tag]) { _ in
            counter.add()
            return LoadedValue(Array(text.utf8), size: cache.horizon.size)
        }
    }

    private func withReplicas(
        adjust: @Sendable (inout Cache.Settings) -> Void = { _ in },
        _ body: @Sendable (RedisFixture, Cache, Cache) async throws -> Void
    ) async throws {
        try await RedisFixture.withRedis { redis in
            let first = Cache.testing(shared: try await RedisStore.testing(redis), adjust: adjust)
            let second = Cache.testing(shared: try await RedisStore.testing(redis), adjust: adjust)
            try await body(redis, first, second)
            first.shared?.pool.close()
            second.shared?.pool.close()
        }
    }

    @Test func whatOneReplicaLoadedTheOtherNeedNot() async throws {
        try await withReplicas { _, first, second in
            _ = try await load(first, "one")
            let answer = try await load(second, "other")
            #expect(answer.source == .shared && answer.text == "one")
            #expect(try await load(second, "other").source == .local)
        }
    }

    @Test func eachReplicaJudgesWhatIsSharedByItsOwnLog() async throws {
        try await withReplicas { _, first, second in
            _ = try await load(first, "one")
            // The first has not heard of it yet.
            second.event([tag])
            #expect(try await load(second, "other").text == "other")
            #expect(try await load(first, "again").text == "one")
            first.event([tag])
            #expect(try await load(first, "again").text == "other")
        }
    }

    @Test func aThousandAtOnceInTwoReplicasLoadOnce() async throws {
        try await withReplicas { _, first, second in
            let counter = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<1_000 {
                    let cache = number % 2 == 0 ? first : second
                    group.addTask {
                        let answer = try await cache.value(try cache.key(.things, "a"), tags: []) { _ in
                            counter.add()
                            try await Task.sleep(for: .seconds(1))
                            return LoadedValue([7], size: 10)
                        }
                        #expect(answer.value.bytes == [7])
                    }
                }
                try await group.waitForAll()
            }
            #expect(counter.count == 1)
            // Those who got the value from Redis found it; one had to load it.
            let figures = [first, second].map { $0.figures("things") }
            #expect(figures.map(\.sharedHits).reduce(0, +) > 0)
            #expect(figures.map { $0.sharedHits + $0.missCount + $0.hits }.reduce(0, +) == 1_000)
        }
    }

    @Test func whereAValueCannotBeSharedNobodyWaitsForAnother() async throws {
        let turnLength = Duration.seconds(20)
        try await withReplicas(adjust: { $0.turnLength = turnLength }) { _, first, second in
            let begin = ContinuousClock.now
            let long = [UInt8](repeating: 1, count: 101)
            let counter = Counter()
            let gate = Gate()
            let slow: Cache.Load = { _ in
                counter.add()
                await gate.wait()
                return LoadedValue(long, size: 10)
            }
            let key = try first.key(.tight, "a")
            // The first time the other waits, and loads as soon as the first has ended.
            let one = Task { try await first.value(key, tags: [], load: slow) }
            while counter.count == 0 { try await Task.sleep(for: .milliseconds(1)) }
            let other = Task { try await second.value(key, tags: [], load: slow) }
            try await Task.sleep(for: .milliseconds(100))
            #expect(counter.count == 1)
            gate.open()
            #expect(try await one.value.value.bytes == long)
            #expect(try await other.value.value.bytes == long)
            #expect(counter.count == 2)
            // From then on it does not wait at all.
            let shut = Gate()
            let again = Task {
                try await first.value(key, tags: []) { _ in
                    counter.add()
                    await shut.wait()
                    return LoadedValue(long, size: 10)
                }
            }
            while counter.count == 2 { try await Task.sleep(for: .milliseconds(1)) }
            let answer = try await second.value(key, tags: []) { _ in LoadedValue(long, size: 10) }
            #expect(answer.source == .loaded)
            shut.open()
            _ = try await again.value
            #expect(ContinuousClock.now - begin < turnLength)
        }
    }

    @Test func nothingThatRedisTellsCanBeReadOrGuessed() async throws {
        try await withReplicas { redis, first, _ in
            _ = try await load(first, "a secret value", key: "a-telling-key")
            let pool = try RedisPool(configuration: redis.configuration, logger: LogFixture.quiet)
            #expect(await pool.awaitAvailable(within: .seconds(180)))
            let keys = try await pool.send(RedisCommand("KEYS", "*")).elements ?? []
            #expect(keys.count == 1)
            for name in keys.compactMap(\.bytes) {
                #expect(!String(decoding: name, as: UTF8.self).contains("telling"))
                let value = try await pool.send(RedisCommand("GET", name)).bytes ?? []
                #expect(!String(decoding: value, as: UTF8.self).contains("secret"))
            }
            pool.close()
        }
    }

    @Test func aPoisonedTruncatedOrSwappedValueIsAMissAndCounted() async throws {
        try await withReplicas { redis, first, second in
            let pool = try RedisPool(configuration: redis.configuration, logger: LogFixture.quiet)
            #expect(await pool.awaitAvailable(within: .seconds(180)))
            _ = try await load(first, "one", key: "a")
            let nameA = try #require(try await pool.send(RedisCommand("KEYS", "*")).elements?.first?.bytes)
            let sealedA = try #require(try await pool.send(RedisCommand("GET", nameA)).bytes)
            _ = try await load(first, "two", key: "b")
            let names = try #require(try await pool.send(RedisCommand("KEYS", "*")).elements).compactMap(\.bytes)
            let nameB = try #require(names.first { $0 != nameA })

            var changed = sealedA
            changed[changed.count / 2] ^= 1
            let values: [[UInt8]] = [
                changed, Array(sealedA.dropLast(1)), Array(sealedA.prefix(5)), [], [UInt8](repeating: 0, count: 500),
            ]
            for (round, value) in values.enumerated() {
                _ = try await pool.send(RedisCommand("SET", nameA, value))
                second.local.removeAll()
                let answer = try await load(second, "own", key: "a")
                #expect(answer.source == .loaded && answer.text == "own")
                #expect(second.figures("things").poisoned >= round + 1)
            }
            // The value of another key is one of ours, and still not this one's.
            _ = try await pool.send(RedisCommand("SET", nameB, sealedA))
            #expect(try await load(second, "own", key: "b").text == "own")
            // Another kind of thing in its place.
            _ = try await pool.send([RedisCommand("DEL", nameB), RedisCommand("LPUSH", nameB, "x")])
            second.local.removeAll()
            #expect(try await load(second, "mine", key: "b").text == "mine")
            pool.close()
        }
    }

    @Test func aValueFromALogThatThisReplicaHasNotFollowedIsNotTaken() async throws {
        try await withReplicas { _, first, second in
            first.event([tag])
            _ = try await load(first, "ahead")
            #expect(try await load(second, "own").text == "own")
        }
    }

    @Test func withoutRedisItGoesOnAndNothingStaleSurvivesTheReconnect() async throws {
        try await withReplicas { redis, first, second in
            _ = try await load(first, "old")
            redis.freeze()
            first.event([tag])
            second.event([tag])
            #expect(try await load(first, "new").text == "new")
            #expect(try await load(first, "newer").text == "new")
            redis.thaw()
            #expect(await first.shared?.pool.awaitAvailable(within: .seconds(180)) == true)
            #expect(await second.shared?.pool.awaitAvailable(within: .seconds(180)) == true)
            // Redis still has the old one.
            #expect(try await load(second, "fresh").text == "fresh")
            redis.kill()
            #expect(try await load(second, "fresher").text == "fresh")
            second.event([tag])
            #expect(try await load(second, "fresher").text == "fresher")
            try await redis.start()
            #expect(await second.shared?.pool.awaitAvailable(within: .seconds(180)) == true)
            #expect(try await load(second, "x").text == "fresher")
        }
    }

    @Test func aFrozenRedisCostsNoCallMoreThanTheBound() async throws {
        try await RedisFixture.withRedis { redis in
            let bound = Duration.milliseconds(100)
            let store = try await RedisStore.testing(redis) { $0.commandTimeout = bound }
            let cache = Cache.testing(shared: store)
            _ = try await load(cache)
            redis.freeze()
            var slowest = Duration.zero
            for number in 0..<50 {
                let start = ContinuousClock.now
                _ = try await load(cache, key: "key-\(number)")
                slowest = max(slowest, .now - start)
            }
            // The rest is for a machine that is busy with other tests.
            #expect(slowest < bound + .milliseconds(700))
            redis.thaw()
            store.pool.close()
        }
    }

    @Test func manyAreAskedForAndPutInOneRoundTrip() async throws {
        try await withReplicas { _, first, second in
            let keys = try (0..<100).map { try first.key(.things, "key-\($0)") }
            let before = first.shared?.pool.availability.roundTrips ?? 0
            await first.keep(keys.map { (key: $0, bytes: Array($0.text.utf8), tags: [tag], ttl: nil) })
            #expect(first.shared?.pool.availability.roundTrips == before + 1)
            let found = await second.values(keys)
            #expect(found.count == 100)
            for key in keys { #expect(found[key]?.text == key.text) }
            second.event([tag])
            #expect(await second.values(keys).isEmpty)
        }
    }
}
