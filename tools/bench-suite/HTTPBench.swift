import App
import EventStore
import Events
import Foundation
import Hummingbird
import NIOCore

/// Commands over HTTP beside a bare route of the same server, both loaded by wrk with 64 keep-alive connections.
enum HTTPBench {
    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        let rows = try await BenchSystem.withSystem(directory) { system, token in
            var rows = BenchReport()
            let port = Gate<Int>()
            let server = Task { try await DaybookServer(system).run { await port.open($0) } }
            let hello = Gate<Int>()
            let bare = Task { try await bareServer(hello) }
            let users = try await prepare(system)
            let script = try writeScript(token: token, users: users, into: directory)
            let base = try await wrk("http://127.0.0.1:\(await hello.value)/hello", seconds: options.seconds)
            let before = try await system.store.head().size
            let load = try await wrk(
                "http://127.0.0.1:\(await port.value)/",
                seconds: options.seconds,
                script: script
            )
            let recorded = try await system.store.head().size - before
            guard load.errors == 0, recorded >= Int64(load.requests) else {
                throw BenchOptions.Mistake(
                    description: "\(load.errors) of \(load.requests) commands failed, \(recorded) were recorded"
                )
            }
            rows.add(
                "append over HTTP, 64 connections",
                load.perSecond,
                "requests/s",
                beside: .init(name: "bare hello route", value: base.perSecond, unit: "requests/s")
            )
            rows.add(
                "append over HTTP, 64 connections, p99",
                load.p99,
                "ms",
                beside: .init(name: "bare hello route, p99", value: base.p99, unit: "ms")
            )
            server.cancel()
            bare.cancel()
            _ = await server.result
            _ = await bare.result
            return rows
        }
        report.add(rows)
    }

    static func bareServer(_ port: Gate<Int>) async throws {
        let router = Router()
        router.get("hello") { _, _ in "hello" }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in await port.open(channel.localAddress?.port ?? 0) },
            logger: BenchSystem.quiet
        )
        try await application.run()
    }

    /// Users to give roles to.
    private static func prepare(_ system: DaybookSystem) async throws -> Int {
        let users = 5_000
        for first in stride(from: 0, to: users, by: 500) {
            let streams = (first..<first + 500).map { index in
                StreamAppend(
                    stream: "user-bench-\(index)",
                    events: [NewEvent(Identity.UserRegistered(userID: "bench-\(index)", kind: .person))]
                )
            }
            _ = try await system.store.append(AppendRequest(streams: streams, actor: "bench"))
        }
        return users
    }

    /// Each request is a command that becomes one event: a role assignment to another user and branch every time.
    private static func writeScript(token: String, users: Int, into directory: URL) throws -> URL {
        let script = """
            local counter = 0
            local threads = 0
            function setup(thread)
                threads = threads + 1
                thread:set("number", threads)
            end
            function request()
                counter = counter + 1
                local user = counter % \(users)
                local branch = "b" .. number .. "-" .. math.floor(counter / \(users))
                return wrk.format("POST", "/rbac/users/bench-" .. user .. "/roles/student",
                    { ["Authorization"] = "Bearer \(token)", ["Content-Type"] = "application/json" },
                    '{"branchId":"' .. branch .. '"}')
            end
            function done(summary, latency, requests)
                local errors = summary.errors
                io.write("RESULT ", summary.requests, " ", summary.duration, " ", latency:percentile(99), " ",
                    errors.connect + errors.read + errors.write + errors.status + errors.timeout, "\\n")
            end
            """
        let file = directory.appendingPathComponent("load.lua")
        try Data(script.utf8).write(to: file)
        return file
    }

    struct Load {
        var requests: Int
        var perSecond: Double
        var p99: Double
        var errors: Int
    }

    static let summary = """
        function done(summary, latency, requests)
            local errors = summary.errors
            io.write("RESULT ", summary.requests, " ", summary.duration, " ", latency:percentile(99), " ",
                errors.connect + errors.read + errors.write + errors.status + errors.timeout, "\\n")
        end
        """

    /// GETs one path by 64 connections.
    ///
    /// - Parameter delay: how many milliseconds each connection waits, on average, between two requests.
    static func wrk(
        _ url: String,
        seconds: Int,
        token: String,
        headers: [String: String] = [:],
        delay: Double? = nil
    ) async throws -> Load {
        var text = "wrk.headers[\"Authorization\"] = \"Bearer \(token)\"\n" + summary
        for (name, value) in headers { text += "\nwrk.headers[\"\(name)\"] = [[\(value)]]\n" }
        if let delay { text += "\nfunction delay() return math.random(0, \(Int((delay * 2).rounded()))) end\n" }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString).lua")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await wrk(url, seconds: seconds, script: file)
    }

    static func wrk(_ url: String, seconds: Int, script: URL? = nil) async throws -> Load {
        let temporary = FileManager.default.temporaryDirectory.appendingPathComponent(
            "daybook-\(UUID().uuidString).lua"
        )
        try Data(summary.utf8).write(to: temporary)
        defer { try? FileManager.default.removeItem(at: temporary) }
        let arguments = ["-t1", "-c64", "-d\(seconds)s", "--latency", "-s", (script ?? temporary).path, url]
        let output = try await Task.detached {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["wrk"] + arguments
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let data = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return String(decoding: data, as: UTF8.self)
        }.value
        guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix("RESULT ") }) else {
            throw BenchOptions.Mistake(description: "wrk said nothing that is understood: \(output)")
        }
        let numbers = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        return Load(
            requests: Int(numbers[0]),
            perSecond: numbers[0] / (numbers[1] / 1e6),
            p99: numbers[2] / 1e3,
            errors: Int(numbers[3])
        )
    }
}

/// A value that is waited for.
actor Gate<Value: Sendable> {
    private var known: Value?
    private var waiters: [CheckedContinuation<Value, Never>] = []

    func open(_ value: Value) {
        known = value
        for waiter in waiters { waiter.resume(returning: value) }
        waiters = []
    }

    var value: Value {
        get async {
            if let known { return known }
            return await withCheckedContinuation { waiters.append($0) }
        }
    }
}
