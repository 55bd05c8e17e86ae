import Addresses
import App
import EventStore
import Foundation
import Logging
import RateLimiting
import Redis
import Synchronization

/// What it costs to limit requests: a decision in this process and in Redis, and requests with and without limits.
enum LimitBench {
    private static let actors = (0..<100_000).map { "user-\($0)" }

    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        try await decide(&report)
        try await decideInRedis(directory, &report)
        try await serve(options, directory, &report)
    }

    /// One request: before and after the sign-in, four policies, by 100,000 actors from as many addresses.
    private static func decide(_ report: inout BenchReport) async throws {
        let limiter = RateLimiter(logger: BenchSystem.quiet)
        let plain = Mutex<[String: Int]>([:])
        var samples: [Double] = []
        var baseline: [Double] = []
        var refused = 0
        for round in 0..<30_000 {
            let begin = ContinuousClock.now
            for step in 0..<16 where await !isAdmitted(limiter, round &* 16 &+ step) { refused += 1 }
            samples.append(Stopwatch.seconds(ContinuousClock.now - begin) * 1e6 / 16)
            let start = ContinuousClock.now
            for step in 0..<16 {
                let actor = actors[(round &* 16 &+ step) &* 7_919 % actors.count]
                plain.withLock { $0[actor, default: 0] += 1 }
            }
            baseline.append(Stopwatch.seconds(ContinuousClock.now - start) * 1e6 / 16)
        }
        guard refused == 0 else { throw BenchOptions.Mistake(description: "\(refused) were refused") }
        for (share, label) in [(0.5, "median"), (0.99, "p99")] {
            report.add(
                "limits of a write, 3 policies, in process, \(label)",
                Stopwatch.percentile(share, of: samples),
                "µs",
                beside: .init(
                    name: "one counter in a dictionary, \(label)",
                    value: Stopwatch.percentile(share, of: baseline),
                    unit: "µs"
                )
            )
        }
    }

    private static func isAdmitted(_ limiter: RateLimiter, _ index: Int) async -> Bool {
        let actor = index &* 7_919 % actors.count
        let address = IPAddress(v4: UInt32(truncatingIfNeeded: actor))
        guard await limiter.arrive(.write, from: address, token: nil, subject: { _ in nil }).outcome == .admitted else {
            return false
        }
        return await limiter.proceed(.write, as: actors[actor], from: address).outcome == .admitted
    }

    private static func decideInRedis(_ directory: URL, _ report: inout BenchReport) async throws {
        let socket = directory.appendingPathComponent("redis.sock").path
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        server.arguments = [
            "redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", directory.path,
        ]
        server.standardOutput = FileHandle.nullDevice
        try server.run()
        defer {
            // It has inherited that this thread takes no signals; this one is not a matter of taking.
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
        }
        var configuration = RedisConfiguration(place: .socket(path: socket))
        configuration.commandTimeout = .seconds(1)
        let pool = try RedisPool(configuration: configuration, logger: BenchSystem.quiet)
        defer { pool.close() }
        guard await pool.awaitAvailable(within: .seconds(10)) else {
            throw BenchOptions.Mistake(description: "redis-server did not start")
        }
        let limiter = RateLimiter(
            shared: try RedisCells(pool) { [UInt8](repeating: 1, count: 32) },
            logger: BenchSystem.quiet
        )
        for callers in [1, 64] {
            let limited = try await perSecond(callers) { await isAdmitted(limiter, $0) }
            let pings = try await perSecond(callers) { _ in
                _ = try? await pool.send(RedisCommand("PING"))
                _ = try? await pool.send(RedisCommand("PING"))
                return true
            }
            guard limiter.currentPlace == .shared else { throw BenchOptions.Mistake(description: "Redis was lost") }
            report.add(
                "limits of a write, 3 policies, in Redis, \(callers) at once",
                limited,
                "requests/s",
                beside: .init(name: "two round trips to Redis", value: pings, unit: "requests/s")
            )
        }
    }

    private static func perSecond(
        _ callers: Int,
        _ ask: @escaping @Sendable (Int) async -> Bool
    ) async throws -> Double {
        let begin = ContinuousClock.now
        let end = begin + .seconds(2)
        let count = await withTaskGroup(of: Int.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now < end {
                        _ = await ask(caller &* 1_000_003 &+ count)
                        count += 1
                    }
                    return count
                }
            }
            return await group.reduce(0, +)
        }
        return Double(count) / Stopwatch.seconds(ContinuousClock.now - begin)
    }

    /// The same route, without limits and with them, in turns.
    private static func serve(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        var loads: [String: [Double]] = [:]
        for round in 0..<2 {
            for setting in ["off", "on"] {
                let place = directory.appendingPathComponent("\(setting)\(round)")
                try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
                let load = try await serve(options, place, setting)
                loads[setting, default: []].append(load)
            }
        }
        report.add(
            "GET /rbac/permissions with limits, 64 connections",
            (loads["on"] ?? []).max() ?? 0,
            "requests/s",
            beside: .init(name: "the same without", value: (loads["off"] ?? []).max() ?? 0, unit: "requests/s")
        )
    }

    private static func serve(_ options: BenchOptions, _ directory: URL, _ setting: String) async throws -> Double {
        try await BenchSystem.withSystem(directory, settings: ["DAYBOOK_RATE_LIMITS": setting]) { system, token in
            let port = Gate<Int>()
            let daybook = try DaybookServer(system) { $0.recordsRequests = false }
            let server = Task { try await daybook.run { await port.open($0) } }
            let url = "http://127.0.0.1:\(await port.value)/rbac/permissions"
            for policy in RateLimitPolicy.builtIn where policy.routeClass == nil {
                var wide = policy
                (wide.quota, wide.windowSeconds, wide.burst) = (10_000_000, 1_000, 10_000_000)
                _ = try await daybook.limits.set(wide, reason: nil, by: Author(id: "bench"))
            }
            let load = try await HTTPBench.wrk(url, seconds: options.seconds, token: token, delay: nil)
            server.cancel()
            _ = await server.result
            guard load.errors == 0 else { throw BenchOptions.Mistake(description: "\(load.errors) requests failed") }
            return load.perSecond
        }
    }
}
