import Redis
import TestSupport
import Testing

struct PoolTests {
    private func withPool(
        connections: Int = 2,
        commandTimeout: Duration = .seconds(5),
        _ body: @Sendable (RedisFixture, RedisPool) async throws -> Void
    ) async throws {
        try await RedisFixture.withRedis { redis in
            var configuration = redis.configuration
            configuration.connections = connections
            configuration.commandTimeout = commandTimeout
            let pool = try RedisPool(configuration: configuration, logger: LogFixture.quiet)
            #expect(await pool.awaitAvailable(within: .seconds(180)))
            try await body(redis, pool)
            pool.close()
        }
    }

    @Test func valuesAreAnyBytes() async throws {
        try await withPool { _, pool in
            let key: [UInt8] = [0, 13, 10, 255]
            let value = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let replies = try await pool.send([
                RedisCommand("SET", key, value), RedisCommand("GET", key), RedisCommand("GET", "absent"),
                RedisCommand("SET", "empty", [UInt8]()), RedisCommand("GET", "empty"),
            ])
            #expect(replies == [.status("OK"), .string(value), .null, .status("OK"), .string([])])
        }
    }

    @Test func aPipelineAnswersEachCommandInOrder() async throws {
        try await withPool { _, pool in
            let before = pool.availability.roundTrips
            let replies = try await pool.send([
                RedisCommand("SET", "a", 1), RedisCommand("INCR", "a"), RedisCommand("LPUSH", "a", "x"),
                RedisCommand("MGET", "a", "b"),
            ])
            #expect(replies[0].isOK)
            #expect(replies[1] == .integer(2))
            guard case .error(let message) = replies[2] else { return #expect(Bool(false)) }
            #expect(message.hasPrefix("WRONGTYPE"))
            #expect(replies[3] == .array([.string(Array("2".utf8)), .null]))
            #expect(pool.availability.roundTrips == before + 1)
            let error = await failure { try await pool.send(RedisCommand("LPUSH", "a", "x")) }
            #expect(error?.code == .server)
        }
    }

    @Test func manyCallersGetTheirOwnReplies() async throws {
        try await withPool { _, pool in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        let replies = try await pool.send([
                            RedisCommand("SET", "key-\(number)", number), RedisCommand("GET", "key-\(number)"),
                        ])
                        #expect(replies[1] == .string(Array("\(number)".utf8)))
                    }
                }
                try await group.waitForAll()
            }
            // They shared round trips.
            #expect(pool.availability.roundTrips < 500)
        }
    }

    @Test func scriptsRunByNameAndSurviveAServerThatForgotThem() async throws {
        try await withPool { _, pool in
            let script = RedisScript("return redis.call('INCRBY', KEYS[1], ARGV[1])")
            let key = Array("counter".utf8)
            #expect(try await pool.evaluate(script, keys: [key], arguments: [Array("5".utf8)]) == .integer(5))
            #expect(try await pool.evaluate(script, keys: [key], arguments: [Array("5".utf8)]) == .integer(10))
            _ = try await pool.send(RedisCommand("SCRIPT", "FLUSH"))
            #expect(try await pool.evaluate(script, keys: [key], arguments: [Array("5".utf8)]) == .integer(15))
            let broken = RedisScript("return redis.call('NONSENSE')")
            let error = await failure { try await pool.evaluate(broken, keys: []) }
            #expect(error?.code == .server)
        }
    }

    @Test func aFrozenServerCostsNoCallerMoreThanTheBound() async throws {
        let bound = Duration.milliseconds(200)
        try await withPool(connections: 4, commandTimeout: bound) { redis, pool in
            redis.freeze()
            let slowest = await withTaskGroup(of: Duration.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        let start = ContinuousClock.now
                        let error = await failure { try await pool.send(RedisCommand("PING")) }
                        #expect(error?.code == .timedOut || error?.code == .unavailable)
                        return ContinuousClock.now - start
                    }
                }
                return await group.reduce(.zero) { max($0, $1) }
            }
            // The rest is for a machine that is busy with other tests.
            #expect(slowest < bound + .milliseconds(800))
            #expect(!pool.availability.isAvailable)
            // Nobody waits for a server that is known to be away, on whatever connection.
            let start = ContinuousClock.now
            for _ in 0..<100 {
                let error = await failure { try await pool.send(RedisCommand("PING")) }
                #expect(error?.code == .unavailable)
            }
            #expect(ContinuousClock.now - start < bound)
            redis.thaw()
            #expect(await pool.awaitAvailable(within: .seconds(180)))
            let reply = try await pool.send(RedisCommand("PING"))
            #expect(reply == .status("PONG"))
        }
    }

    @Test func aServerThatDiesIsNoticedAndItsSuccessorFound() async throws {
        try await withPool { redis, pool in
            redis.kill()
            // Without anybody asking.
            let end = ContinuousClock.now + .seconds(30)
            while pool.availability.isAvailable, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(2))
            }
            let error = await failure { try await pool.send(RedisCommand("PING")) }
            #expect(error?.code == .unavailable)
            try await redis.start()
            #expect(await pool.awaitAvailable(within: .seconds(180)))
            #expect(try await pool.send(RedisCommand("DBSIZE")) == .integer(0))
        }
    }

    @Test func anAnswerPastTheAllowedSizeEndsTheConnection() async throws {
        try await RedisFixture.withRedis { redis in
            var configuration = redis.configuration
            configuration.maximumReplyBytes = 100_000
            let pool = try RedisPool(configuration: configuration, logger: LogFixture.quiet)
            #expect(await pool.awaitAvailable(within: .seconds(180)))
            _ = try await pool.send(RedisCommand("SET", "long", [UInt8](repeating: 1, count: 1_000_000)))
            let error = await failure { try await pool.send(RedisCommand("GET", "long")) }
            #expect(error?.code == .protocolViolation)
            pool.close()
        }
    }

    @Test func aWrongPasswordIsAFailureThatDoesNotQuoteIt() async throws {
        try await withPool { redis, pool in
            _ = try await pool.send(RedisCommand("CONFIG", "SET", "requirepass", "right-word"))
            var configuration = redis.configuration
            configuration.password = "hidden-word"
            let other = try RedisPool(configuration: configuration, logger: LogFixture.quiet)
            while other.availability.lastError == nil { try await Task.sleep(for: .milliseconds(2)) }
            #expect(other.availability.lastError?.message.contains("refuses") == true)
            #expect(other.availability.lastError?.message.contains("word\"") == false)
            #expect(!"\(String(describing: other.availability.lastError))".contains("hidden"))
            other.close()
            configuration.password = "right-word"
            let third = try RedisPool(configuration: configuration, logger: LogFixture.quiet)
            #expect(await third.awaitAvailable(within: .seconds(180)))
            third.close()
        }
    }

    @Test func aClosedPoolRefuses() async throws {
        try await withPool { _, pool in
            pool.close()
            let error = await failure { try await pool.send(RedisCommand("PING")) }
            #expect(error?.code == .closed)
        }
    }
}

private func failure(_ body: () async throws -> RedisReply) async -> RedisError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? RedisError
    }
}
