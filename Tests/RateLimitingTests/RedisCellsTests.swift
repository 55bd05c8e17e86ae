import Addresses
import Logging
import Synchronization
import TestSupport
import Testing

@testable import RateLimiting
@testable import Redis

/// Cells in a real Redis, which is also frozen and killed.
@Suite struct RedisCellsTests {
    private static let secret = [UInt8](repeating: 9, count: 32)

    private static func limiter(
        _ redis: RedisFixture,
        _ policies: [RateLimitPolicy],
        replicas: Int = 1,
        timeout: Duration? = nil,
        capacity: Int = 262_144,
        secret: @escaping @Sendable () throws -> [UInt8] = { RedisCellsTests.secret }
    ) async throws -> (limiter: RateLimiter, pool: RedisPool) {
        var configuration = redis.configuration
        if let timeout { configuration.commandTimeout = timeout }
        let pool = try RedisPool(configuration: configuration, logger: RateLimiterTests.quiet)
        #expect(await pool.awaitAvailable(within: .seconds(180)))
        let limiter = RateLimiter(
            RateLimitSettings(replicas: replicas, capacity: capacity),
            shared: try RedisCells(pool, secret: secret),
            logger: RateLimiterTests.quiet
        )
        var set = PolicySet(replicas: replicas)
        for policy in policies { set.apply(.set(policy)) }
        limiter.use(set)
        return (limiter, pool)
    }

    private func isAdmitted(_ limiter: RateLimiter, _ actor: String = "ada", _ routeClass: RouteClass = .read) async
        -> Bool
    {
        await limiter.proceed(routeClass, as: actor, from: nil).outcome == .admitted
    }

    @Test func fourReplicasTogetherAdmitWhatOneWould() async throws {
        try await RedisFixture.withRedis { redis in
            let policy = RateLimitPolicy("actor", by: .actor, quota: 6_000, windowSeconds: 60, burst: 40)
            var replicas: [RateLimiter] = []
            var pools: [RedisPool] = []
            for _ in 0..<4 {
                let (limiter, pool) = try await Self.limiter(redis, [policy])
                replicas.append(limiter)
                pools.append(pool)
            }
            let begin = ContinuousClock.now
            let end = begin + .milliseconds(1_500)
            let (admitted, asked) = await withTaskGroup(of: (Int, Int).self) { group in
                for replica in replicas {
                    for _ in 0..<4 {
                        group.addTask {
                            var admitted = 0
                            var asked = 0
                            while ContinuousClock.now < end {
                                asked += 1
                                if await replica.proceed(.read, as: "ada", from: nil).outcome == .admitted {
                                    admitted += 1
                                }
                            }
                            return (admitted, asked)
                        }
                    }
                }
                return await group.reduce(into: (0, 0)) { $0 = ($0.0 + $1.0, $0.1 + $1.1) }
            }
            let seconds = (ContinuousClock.now - begin) / .seconds(1)
            #expect(Double(admitted) <= 40 + 100 * seconds + 4, "\(admitted) of \(asked) in \(seconds) s")
            // They were asked for more than there was to be had, and what there was was given.
            #expect(asked > admitted)
            #expect(Double(admitted) >= 40 + 100 * 1.5 * 0.8, "\(admitted) of \(asked) in \(seconds) s")
            for limiter in replicas { #expect(limiter.currentPlace == .shared) }
            for pool in pools { pool.close() }
        }
    }

    @Test func oneIsTakenOfEachCellOrOfNone() async throws {
        try await RedisFixture.withRedis { redis in
            let (limiter, pool) = try await Self.limiter(
                redis,
                [
                    RateLimitPolicy("actor", by: .actor, quota: 10, windowSeconds: 3_600, burst: 6),
                    RateLimitPolicy("writes", for: .write, by: .actor, quota: 10, windowSeconds: 3_600, burst: 2),
                ]
            )
            for _ in 0..<2 { #expect(await isAdmitted(limiter, "ada", .write)) }
            for _ in 0..<20 { #expect(await !isAdmitted(limiter, "ada", .write)) }
            for _ in 0..<4 { #expect(await isAdmitted(limiter)) }
            let refused = await limiter.proceed(.read, as: "ada", from: nil)
            #expect(refused.standings.map(\.isViolated) == [true])
            let wait = try #require(refused.standings.first?.allowance.untilAdmitted)
            #expect((355_000_000...360_000_000).contains(wait))
            pool.close()
        }
    }

    @Test func failedSignInsAreCountedTogether() async throws {
        try await RedisFixture.withRedis { redis in
            let (one, first) = try await Self.limiter(redis, [])
            let (other, second) = try await Self.limiter(redis, [])
            let here = IPAddress("203.0.113.5")
            for index in 0..<30 { _ = await one.signInFailed("t\(index)", from: here, subject: "user ada") }
            let refused = await other.arrive(.read, from: here, token: "x") { _ in nil }
            #expect(refused.standings.filter(\.isViolated).map(\.policy.name) == ["sign-in-address"])
            #expect(
                await other.arrive(.read, from: IPAddress("203.0.113.6"), token: "x") { _ in nil }.outcome == .admitted
            )
            first.close()
            second.close()
        }
    }

    @Test func redisHoldsNoMoreCellsThanServersHaveRoomFor() async throws {
        try await RedisFixture.withRedis { redis in
            let (limiter, pool) = try await Self.limiter(
                redis,
                [RateLimitPolicy("daily", by: .address, quota: 10, windowSeconds: 86_400, burst: 5)],
                capacity: 128
            )
            for index in 0..<UInt32(1_000) {
                _ = await limiter.arrive(.read, from: IPAddress(v4: 0x0A00_0000 + index), token: nil) { _ in nil }
            }
            let cells = try #require(try await pool.send(RedisCommand("DBSIZE")).integer)
            // Those of addresses that are there for a day, those of the next milliseconds, and one that all others share.
            #expect(cells <= 300, "\(cells)")
            #expect(limiter.tally.denied["daily"] ?? 0 > 500)
            pool.close()
        }
    }

    @Test func serversThatStartedBeforeTheKeysWereReplacedCountWithThoseAfter() async throws {
        try await RedisFixture.withRedis { redis in
            let policy = RateLimitPolicy("actor", by: .actor, quota: 10, windowSeconds: 3_600, burst: 4)
            let holder = SecretHolder()
            let (one, first) = try await Self.limiter(redis, [policy], secret: { try holder.secret() })
            #expect(await isAdmitted(one))
            holder.replace([UInt8](repeating: 2, count: 32))
            let (other, second) = try await Self.limiter(redis, [policy], secret: { try holder.secret() })
            var admitted = 0
            for round in 0..<20 where await isAdmitted(round % 2 == 0 ? one : other) { admitted += 1 }
            #expect(admitted == 4)
            // Where the secret cannot be read for a moment, the one before is used.
            holder.replace(nil)
            #expect(await !isAdmitted(one))
            #expect(one.currentPlace == .shared)
            first.close()
            second.close()
        }
    }

    @Test func aRedisWhoseMemoryIsFullDoesNotCount() async throws {
        try await RedisFixture.withRedis { redis in
            let (limiter, pool) = try await Self.limiter(redis, [])
            await limiter.lookAtShared()
            #expect(limiter.currentPlace == .shared)
            _ = try await pool.send(RedisCommand("CONFIG", "SET", "maxmemory-policy", "noeviction"))
            _ = try await pool.send(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
            #expect(await pool.memory() == RedisMemory("maxmemory:1\r\nmaxmemory_policy:noeviction\r\n"))
            #expect(await pool.memory()?.evicts == false)
            await limiter.lookAtShared()
            #expect(limiter.currentPlace == .unreachable)
            #expect(await isAdmitted(limiter))
            #expect(limiter.currentPlace == .unreachable)
            let strict = RateLimiter(
                RateLimitSettings(withoutShared: .refuse),
                shared: try RedisCells(pool) { Self.secret },
                logger: RateLimiterTests.quiet
            )
            await strict.lookAtShared()
            #expect(!strict.isAble)
            _ = try await pool.send(RedisCommand("CONFIG", "SET", "maxmemory", "0"))
            await limiter.lookAtShared()
            await strict.lookAtShared()
            #expect(limiter.currentPlace == .shared && strict.isAble)
            pool.close()
        }
    }

    @Test func aRedisThatForgetsCountsIsWarnedOf() async throws {
        try await RedisFixture.withRedis { redis in
            let (_, pool) = try await Self.limiter(redis, [])
            #expect(await pool.memory()?.evicts == false)
            _ = try await pool.send(RedisCommand("CONFIG", "SET", "maxmemory", "100mb"))
            for policy in ["allkeys-lru", "volatile-ttl"] {
                _ = try await pool.send(RedisCommand("CONFIG", "SET", "maxmemory-policy", policy))
                #expect(await pool.memory()?.evicts == true)
            }
            let log = LogLines()
            try await Limited.open(environment: ["REDIS_URL": redis.url], logger: log.logger) { _ in }
            #expect(log.lines.contains { $0.contains("noeviction") })
            pool.close()
        }
    }

    @Test func redisIsNotToldWhoItIsAndForgets() async throws {
        try await RedisFixture.withRedis { redis in
            let (limiter, pool) = try await Self.limiter(
                redis,
                [
                    RateLimitPolicy("actor", by: [.actor, .address], quota: 60, windowSeconds: 60, burst: 5),
                    RateLimitPolicy("address", by: .address, quota: 60, windowSeconds: 60, burst: 5),
                ]
            )
            let address = try #require(IPAddress("203.0.113.5"))
            for _ in 0..<3 { _ = await limiter.proceed(.read, as: "ada-lovelace", from: address) }
            _ = await limiter.arrive(.read, from: address, token: nil) { _ in nil }
            let keys = try await pool.send(RedisCommand("KEYS", "*")).elements?.compactMap(\.bytes) ?? []
            #expect(keys.count == 2)
            for key in keys {
                let text = String(decoding: key, as: UTF8.self)
                #expect(text.hasPrefix("daybook:limit:"))
                for word in ["ada-lovelace", "203.0.113", "actor", "address"] {
                    #expect(!text.contains(word), "\(text)")
                }
                let rest = try #require(try await pool.send(RedisCommand("PTTL", key)).integer)
                // -1 would be for ever; -2 is gone already, as on a busy machine.
                #expect(rest != -1 && rest <= 3_001)
            }
            pool.close()
        }
    }

    /// A cell from a clock that was ahead is mended by the first look at it.
    @Test func aTimeThatNoRequestCanHaveLedToDoesNotCount() async throws {
        try await RedisFixture.withRedis { redis in
            let (limiter, pool) = try await Self.limiter(
                redis,
                [RateLimitPolicy("actor", by: .actor, quota: 120, windowSeconds: 60, burst: 2)]
            )
            #expect(await isAdmitted(limiter))
            let key = try #require(try await pool.send(RedisCommand("KEYS", "*")).elements?.first?.bytes)
            _ = try await pool.send(RedisCommand("SET", key, "9000000000000000"))
            #expect(await !isAdmitted(limiter))
            try await Task.sleep(for: .milliseconds(600))
            #expect(await isAdmitted(limiter))
            _ = try await pool.send(RedisCommand("SET", key, "rubbish"))
            #expect(await isAdmitted(limiter))
            _ = try await pool.send(RedisCommand("DEL", key))
            _ = try await pool.send(RedisCommand("LPUSH", key, "of another kind"))
            // Redis answers with an error: this server decides alone, on what it knows of those before.
            try await Task.sleep(for: .milliseconds(1_100))
            #expect(await isAdmitted(limiter))
            pool.close()
        }
    }

    @Test func killedFrozenAndBack() async throws {
        try await RedisFixture.withRedis { redis in
            let policy = RateLimitPolicy("actor", by: .actor, quota: 60, windowSeconds: 3_600, burst: 8)
            let (limiter, pool) = try await Self.limiter(
                redis,
                [policy],
                replicas: 4,
                timeout: .milliseconds(100)
            )
            for _ in 0..<3 { #expect(await isAdmitted(limiter)) }

            redis.freeze()
            let begin = ContinuousClock.now
            // Its share is two, and those were used up there already.
            #expect(await !isAdmitted(limiter))
            for _ in 0..<200 { _ = await isAdmitted(limiter) }
            #expect(ContinuousClock.now - begin < .seconds(10), "all of them together")
            #expect(limiter.currentPlace == .unreachable)
            #expect(limiter.isAble)
            var others = 0
            for _ in 0..<20 where await isAdmitted(limiter, "bob") { others += 1 }
            #expect(others == 2)

            redis.thaw()
            #expect(await pool.awaitAvailable(within: .seconds(180)))
            await limiter.lookAtShared()
            #expect(limiter.currentPlace == .shared)
            #expect(await isAdmitted(limiter))

            redis.kill()
            for _ in 0..<20 { _ = await isAdmitted(limiter, "cy") }
            #expect(limiter.currentPlace == .unreachable)
            try await redis.start()
            #expect(await pool.awaitAvailable(within: .seconds(180)))
            // A Redis that begins anew knows neither the script nor what was counted.
            var again = 0
            for _ in 0..<20 where await isAdmitted(limiter, "dan") { again += 1 }
            #expect(again == 8)
            #expect(limiter.currentPlace == .shared)
            pool.close()
        }
    }

    @Test func whereItIsSetSoAServerWithoutRedisRefusesAndSaysSo() async throws {
        try await RedisFixture.withRedis { redis in
            let environment = ["REDIS_URL": redis.url, "DAYBOOK_RATE_LIMITS_WITHOUT_REDIS": "refuse"]
            try await Limited.open(environment: environment) { it in
                #expect(try await it.send(.get, "/rbac/roles").status == 200)
                #expect(try await it.send(.get, "/limits/status").json?["counting"]?.string == "shared")
                #expect(try await it.send(.get, "/readyz").status == 200)
                redis.kill()
                #expect(
                    try await eventually {
                        try await it.send(.get, "/rbac/roles").status == 503
                    }
                )
                let refused = try await it.send(.get, "/rbac/roles")
                #expect(refused.headers[.retryAfter] == "1")
                #expect(try await it.send(.get, "/livez").status == 200)
                let ready = try await it.send(.get, "/readyz")
                #expect(ready.status == 503)
                let status = try await it.send(.get, "/limits/status")
                #expect(status.json?["counting"]?.string == "unreachable")
                try await redis.start()
                #expect(
                    try await eventually {
                        try await it.send(.get, "/readyz").status == 200
                    }
                )
                #expect(try await it.send(.get, "/rbac/roles").status == 200)
            }
        }
    }
}

/// A secret that is replaced, and that cannot be had for a while.
private final class SecretHolder: Sendable {
    struct Unreadable: Error {}
    private let current = Mutex<[UInt8]?>([UInt8](repeating: 1, count: 32))

    func replace(_ secret: [UInt8]?) { current.withLock { $0 = secret } }

    func secret() throws -> [UInt8] {
        guard let secret = current.withLock({ $0 }) else { throw Unreadable() }
        return secret
    }
}

/// What was logged.
private final class LogLines: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.kept.withLock { $0.append("\(event.message)") } }
    }
}
