import App
import EventStore
import Events
import Foundation
import Postgres
import ProjectionEngine

/// Verification, replay and proofs over a large log.
enum LogBench {
    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        let size = options.logSize
        let rows = try await BenchSystem.withAnySystem(options.keptLog ?? directory) { system, _ in
            var rows = BenchReport()
            let kept = try await Int(system.store.head().size)
            if kept < size { try await fill(system.store, from: kept, events: size - kept) }
            try await BenchSystem.settle(system)
            if options.selects("proof") { try await proofs(system, &rows) }
            if options.selects("verify") { try await verification(system, &rows) }
            if options.selects("replay") { try await replay(system, &rows) }
            return rows
        }
        report.add(rows)
    }

    /// A year of an institution, roughly: registrations, role changes, and far more looking than changing.
    static func fill(_ store: EventStore, from first: Int, events: Int) async throws {
        let each = 500
        let branches = (0..<4).map { "branch-\($0)" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for batch in 0..<(events / each) {
                if batch >= 24 { try await group.next() }
                group.addTask {
                    var streams: [StreamAppend] = []
                    for index in 0..<each {
                        let number = first + batch * each + index
                        let user = "user-\(number / 20)"
                        let branch = branches[number / 20 % 4]
                        let event: NewEvent =
                            switch number % 20 {
                            case 0:
                                NewEvent(Identity.UserRegistered(userID: user, kind: .person, name: "Person \(number)"))
                            case 1:
                                NewEvent(RBAC.RoleAssigned(userID: user, roleID: "student", branchID: branch))
                            case 2:
                                NewEvent(RBAC.RoleAssigned(userID: user, roleID: "teacher", branchID: branch))
                            case 3:
                                NewEvent(RBAC.RoleRemoved(userID: user, roleID: "student", branchID: branch))
                            default:
                                NewEvent(
                                    Audit.AccessLogged(
                                        userID: user,
                                        action: "read",
                                        resource: "students",
                                        resourceID: "student-\(index)",
                                        status: "allowed",
                                        ipAddress: "192.0.2.\(number % 250)",
                                        userAgent: "browser"
                                    )
                                )
                            }
                        streams.append(StreamAppend(stream: "bench-\(number)", events: [event]))
                    }
                    _ = try await store.append(AppendRequest(streams: streams, actor: "bench"))
                }
            }
            try await group.waitForAll()
        }
    }

    private static func proofs(_ system: DaybookSystem, _ report: inout BenchReport) async throws {
        let size = try await system.store.head().size
        var proofs: [Double] = []
        var lookups: [Double] = []
        for round in 0..<2_200 {
            let position = Int64.random(in: 0..<size)
            let proof = try await Stopwatch.time { _ = try await system.store.prover.proof(of: position) }
            let lookup = try await Stopwatch.time {
                _ = try await system.pool.query("select leaf from log.events where position = \(position)")
            }
            // The first ones fill caches.
            if round >= 200 {
                proofs.append(proof * 1e3)
                lookups.append(lookup * 1e3)
            }
        }
        report.add(
            "inclusion proof, log of \(size), p99",
            Stopwatch.percentile(0.99, of: proofs),
            "ms",
            beside: .init(
                name: "one row by primary key, p99",
                value: Stopwatch.percentile(0.99, of: lookups),
                unit: "ms"
            )
        )
    }

    private static func verification(_ system: DaybookSystem, _ report: inout BenchReport) async throws {
        let keys = try system.store.keys.verifiers()
        var checked: Int64 = 0
        let seconds = try await Stopwatch.time {
            let result = try await LogVerifier(pool: system.pool).verify(trustedKeys: keys)
            guard result.holds else { throw BenchOptions.Mistake(description: "the log does not verify") }
            checked = result.events
        }
        let scan = try await Stopwatch.time {
            try await system.pool.withConnection { connection in
                for try await piece in connection.copyOut("copy log.events to stdout (format binary)") {
                    _ = piece.count
                }
            }
        }
        report.add(
            "full verification, payloads included",
            Double(checked) / seconds,
            "events/s",
            beside: .init(name: "binary COPY of the log to the client", value: Double(checked) / scan, unit: "rows/s")
        )
    }

    private static func replay(_ system: DaybookSystem, _ report: inout BenchReport) async throws {
        let size = try await system.store.head().size
        let names = system.projections.definitions.map(\.name)
        let seconds = try await Stopwatch.time { try await system.projections.rebuild(names) }
        let scan = try await Stopwatch.time {
            _ = try await system.pool.query("select sum(length(data ->> 'userId')) from log.events")
        }
        report.add(
            "replay of all read models",
            Double(size) / seconds,
            "events/s",
            beside: .init(
                name: "one scan that reads one field of each event",
                value: Double(size) / scan,
                unit: "events/s"
            )
        )
    }
}
