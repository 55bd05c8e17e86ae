import Access
import App
import EventStore
import Events
import Foundation
import Time

/// Access as a service: loading the model, checks over HTTP beside a bare route, and how soon a revocation counts on
/// another replica.
enum AccessBench {
    private static let loaded = 200_000

    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        try memory(options, &report)
        try await load(directory.appendingPathComponent("load"), &report)
        for mode in [DecisionLogSettings.Mode.off, .buffered] {
            try await checks(options, directory.appendingPathComponent(mode.rawValue), mode, &report)
        }
        try await revocations(directory.appendingPathComponent("revocation"), &report)
    }

    /// What an assignment takes in memory, in a model of nothing else.
    private static func memory(_ options: BenchOptions, _ report: inout BenchReport) throws {
        var model = AccessModel()
        for index in 0..<1_000 {
            let role = RBAC.RoleDefined(roleID: "r\(index)", branchID: "b", name: "r\(index)", permissionIDs: [])
            model.apply(.roleDefined(role), version: 0)
        }
        let before = residentBytes()
        let count = options.users * 2
        for index in 0..<count {
            let event = RBAC.RoleAssigned(
                userID: "user-\(index / 2)",
                roleID: "r\((index * 7 + index % 2) % 1_000)",
                branchID: "b"
            )
            model.apply(.roleAssigned(event), version: 0)
        }
        report.add(
            "memory of the access model, \(options.users) users with two roles each",
            Double(residentBytes() - before) / Double(count),
            "bytes an assignment",
            beside: plainMemory(count)
        )
        withExtendedLifetime(model) {}
    }

    /// The same in dictionaries of arrays.
    private static func plainMemory(_ count: Int) -> BenchReport.Figure {
        let before = residentBytes()
        var plain: [String: [(role: String, branch: String, until: Int64)]] = [:]
        for index in 0..<count {
            plain["user-\(index / 2)", default: []].append(("r\((index * 7 + index % 2) % 1_000)", "b", .max))
        }
        let bytes = Double(residentBytes() - before) / Double(count)
        withExtendedLifetime(plain) {}
        return .init(name: "dictionaries of arrays", value: bytes, unit: "bytes an assignment")
    }

    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
    }

    /// How long a replica takes to load access when it starts.
    private static func load(_ directory: URL, _ report: inout BenchReport) async throws {
        let (seconds, plain) = try await BenchSystem.withSystem(directory) { system, _ -> (Double, Double) in
            for first in stride(from: 0, to: loaded, by: 500) {
                let streams = (first..<first + 500).map { index in
                    let event = RBAC.RoleAssigned(
                        userID: "user-\(index)",
                        roleID: ["student", "teacher", "manager"][index % 3],
                        branchID: "b\(index % 20)"
                    )
                    return StreamAppend(stream: "user-user-\(index)", events: [NewEvent(event)])
                }
                _ = try await system.store.append(AppendRequest(streams: streams, actor: "bench"))
            }
            _ = try await system.pool.query("analyze")
            let loader = try AccessLoader(pool: system.pool)
            let start = ContinuousClock.now
            let snapshot = try await loader.load()
            let seconds = Stopwatch.seconds(ContinuousClock.now - start)
            let read = ContinuousClock.now
            _ = try await system.pool.query("select user_id, role_id, branch_id, expires_at from access.user_roles")
            let plain = Stopwatch.seconds(ContinuousClock.now - read)
            let verdict = snapshot.model.check("user-1", "rbac.roles:read", in: .branch("b1"), at: .now())
            guard verdict.isAllowed else { throw BenchOptions.Mistake(description: "the loaded model refuses") }
            return (seconds, plain)
        }
        report.add(
            "load of the access model, \(loaded) assignments",
            seconds / Double(loaded) * 100_000,
            "s a 100k assignments",
            beside: .init(
                name: "reading the same rows",
                value: plain / Double(loaded) * 100_000,
                unit: "s a 100k rows"
            )
        )
    }

    /// `POST /rbac/check` beside the bare route.
    private static func checks(
        _ options: BenchOptions,
        _ directory: URL,
        _ mode: DecisionLogSettings.Mode,
        _ report: inout BenchReport
    ) async throws {
        let rows = try await BenchSystem.withSystem(directory, settings: ["DAYBOOK_DECISION_LOG": mode.rawValue]) {
            system,
            token in
            var rows = BenchReport()
            let port = Gate<Int>()
            let server = Task {
                try await DaybookServer(system) { $0.recordsRequests = false }.run { await port.open($0) }
            }
            let hello = Gate<Int>()
            let bare = Task { try await HTTPBench.bareServer(hello) }
            let script = directory.appendingPathComponent("check.lua")
            try Data(
                """
                wrk.method = "POST"
                wrk.headers["Authorization"] = "Bearer \(token)"
                wrk.headers["Content-Type"] = "application/json"
                wrk.body = '{"userId":"admin","permission":"rbac.roles:read"}'
                \(HTTPBench.summary)
                """.utf8
            ).write(to: script)
            let base = try await HTTPBench.wrk(
                "http://127.0.0.1:\(await hello.value)/hello",
                seconds: options.seconds
            )
            let load = try await HTTPBench.wrk(
                "http://127.0.0.1:\(await port.value)/rbac/check",
                seconds: options.seconds,
                script: script
            )
            try await system.access.decisions.settle()
            let events = try await system.store.reader.stream("decisions").map { event in
                try event.decode(RBAC.DecisionsRecorded.self)
            }
            let recorded = events.map(\.count).reduce(0, +)
            let lost = events.compactMap(\.lost).reduce(0, +)
            guard load.errors == 0, mode == .off || (recorded >= Int64(load.requests) && lost == 0) else {
                throw BenchOptions.Mistake(
                    description: "\(load.errors) of \(load.requests) checks failed, \(recorded) recorded, \(lost) lost"
                )
            }
            let name = mode == .off ? "decision log off" : "every decision recorded, none lost"
            rows.add(
                "check over HTTP, 64 connections, \(name)",
                load.perSecond,
                "requests/s",
                beside: .init(name: "bare hello route", value: base.perSecond, unit: "requests/s")
            )
            rows.add(
                "the same, p99",
                load.p99,
                "ms",
                beside: .init(name: "bare hello, p99", value: base.p99, unit: "ms")
            )
            server.cancel()
            bare.cancel()
            _ = await server.result
            _ = await bare.result
            return rows
        }
        report.add(rows)
    }

    /// From the acknowledgement of a revocation until another replica's model, asked by nobody, has it; and how long a
    /// question there takes that is asked at once, and whose answer always has it.
    private static func revocations(_ directory: URL, _ report: inout BenchReport) async throws {
        let (followed, asked, trips) = try await BenchSystem.withSystem(directory) { system, _ in
            var (followed, asked, trips) = ([Double](), [Double](), [Double]())
            let other = try AccessDirectory(store: system.store, pool: system.pool, logger: BenchSystem.quiet)
            let running = Task { try await other.run() }
            _ = try await other.current()
            func isAllowed(_ snapshot: AccessSnapshot?, _ user: String) -> Bool {
                snapshot?.model.check(user, "rbac.roles:read", in: .institution, at: .now()).isAllowed ?? false
            }
            for index in 0..<200 {
                let user = "user-\(index)"
                _ = try await system.access.assignRoleToUser(AssignRole(userID: user, roleID: "teacher"), .system)
                while !isAllowed(other.latest, user) { await Task.yield() }
                _ = try await system.access.removeRoleFromUser(RemoveRole(userID: user, roleID: "teacher"), .system)
                let start = ContinuousClock.now
                if index % 2 == 0 {
                    while isAllowed(other.latest, user) { await Task.yield() }
                    followed.append(Stopwatch.seconds(ContinuousClock.now - start) * 1_000)
                } else {
                    guard try await !isAllowed(other.current(), user) else {
                        throw BenchOptions.Mistake(description: "a revoked grant was still told as one")
                    }
                    asked.append(Stopwatch.seconds(ContinuousClock.now - start) * 1_000)
                    let trip = ContinuousClock.now
                    _ = try await system.pool.query("select size from log.head")
                    trips.append(Stopwatch.seconds(ContinuousClock.now - trip) * 1_000)
                }
            }
            running.cancel()
            return (followed, asked, trips)
        }
        for (name, samples) in [("until it is there unasked", followed), ("a check that is asked at once", asked)] {
            report.add(
                "revocation on another replica, \(name), median",
                Stopwatch.percentile(0.5, of: samples),
                "ms",
                beside: .init(name: "one row by a query", value: Stopwatch.percentile(0.5, of: trips), unit: "ms")
            )
        }
    }
}
