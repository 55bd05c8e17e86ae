import Postgres
import TestSupport
import Testing

@testable import ProjectionEngine

/// A read model that follows comes along by itself, and stops where it cannot.
@Suite struct FollowingTests {
    @Test func itComesAlongAndCanBeWaitedFor() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine(batch: 7)
            try await engine.prepare()
            try await running(engine) {
                var random = RandomLog(seed: 31)
                try await log.append(random.events(100), inline: engine)
                try await engine.wait(for: "audit", toHold: 100)
                try await log.append(random.events(50), inline: engine)
                try await engine.wait(for: "audit", toHold: 150)
            }
            let lines = try await log.texts("select count(*)::text from audit.entries")
            // What the system says of its own running is no deed of anybody's.
            let deeds = try await log.texts(
                """
                select count(*)::text from log.events
                where type not in ('logs.entry', 'logs.requests-recorded', 'rbac.decisions-recorded')
                """
            )
            #expect(lines == deeds)
            let check = try await engine.check("audit")
            #expect(check.isEqual)
        }
    }

    @Test func twoReplicasFollowingApplyEveryEventOnce() async throws {
        try await WrittenLog.with { log in
            let first = try log.engine([try Self.counting()], batch: 3)
            let second = try log.engine([try Self.counting()], batch: 3)
            try await first.prepare()
            try await running(first) {
                try await running(second) {
                    var random = RandomLog(seed: 32)
                    for _ in 0..<20 { try await log.append(random.events(10)) }
                    try await second.wait(for: "tally", toHold: 200)
                }
            }
            let lines = try await log.texts("select count(*) || ' ' || count(distinct position) from tally.events")
            #expect(lines == ["200 200"])
        }
    }

    @Test func atAnEventThatCannotBeAppliedItStopsAndSaysWhich() async throws {
        try await WrittenLog.with { log in
            // Divides by zero at the event of user-9.
            let engine = try log.engine([try Self.counting("where 1 / (data ->> 'userId' <> 'u9')::integer = 1")])
            try await engine.prepare()
            try await running(engine) {
                try await log.append((0..<40).map { .register("u\($0)") })
                let status = try await quarantined(engine)
                #expect(status.position == 9)
                #expect(status.errorPosition == 9)
                #expect(status.error == "division by zero")
                #expect(!status.isHealthy)
                #expect(status.lag == 31)
                // Nobody waits for what will not come: this would outlast the test.
                let error = await #expect(throws: ProjectionError.self) {
                    try await engine.wait(for: "tally", toHold: 10, deadline: .seconds(3_600))
                }
                #expect(error?.code == .notReached(position: 9))
                try await engine.wait(for: "tally", toHold: 9)
            }
        }
    }

    @Test func onceResumedItGoesOnWithTheEventThatItStoppedAt() async throws {
        try await WrittenLog.with { log in
            try await log.pool.execute("create table public.allowed (value integer)")
            try await log.pool.execute("grant select on public.allowed to public")
            try await log.pool.execute("insert into public.allowed values (0)")
            let engine = try log.engine([
                try Self.counting("where position < 5 or 1 / (select value from public.allowed) = 1")
            ])
            try await engine.prepare()
            try await running(engine) {
                try await log.append((0..<10).map { .register("u\($0)") })
                #expect(try await quarantined(engine).position == 5)
                try await log.pool.execute("update public.allowed set value = 1")
                #expect(try await engine.resume("tally"))
                try await engine.wait(for: "tally", toHold: 10)
                #expect(try await engine.status().allSatisfy(\.isHealthy))
            }
            let lines = try await log.texts("select count(*)::text from tally.events")
            #expect(lines == ["10"])
        }
    }

    @Test func anErasureReachesTheSearchWords() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await running(engine) {
                try await log.append([.register("u"), .access("u"), .register("v")], inline: engine)
                try await engine.wait(for: "audit", toHold: 3)
                try await log.append([.erase("u")], inline: engine)
                try await engine.wait(for: "audit", toHold: 4)
            }
            let words = try await log.texts(
                "select position::text from audit.entries where personal_words is not null"
            )
            #expect(words == ["2"])
            let shown = try await log.texts("select ip_address from audit.log_entries where ip_address is not null")
            #expect(shown.isEmpty)
            let names = try await log.texts("select user_id::text from identity.users where name is not null")
            #expect(names == ["v"])
        }
    }

    /// A read model of one row an event.
    @Test func whatItTakesNoNoticeOfNeedNotHaveGoneBy() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine([try Self.counting(of: "rbac.permission-created")])
            try await engine.prepare()
            // Nobody feeds it.
            try await log.append([.register("ada"), .register("bob")])
            try await engine.wait(for: "tally", toHold: 2)
            try await log.append([.permission("p"), .register("cyd")])
            try await engine.wait(for: "tally", toHold: 2)
            for size in [Int64(3), 4] {
                let error = await #expect(throws: ProjectionError.self) {
                    try await engine.wait(for: "tally", toHold: size, deadline: .milliseconds(50))
                }
                #expect(error?.code == .notReached(position: 0))
            }
            try await running(engine) { try await engine.wait(for: "tally", toHold: 4) }
        }
    }

    static func counting(
        _ condition: String = "",
        version: Int = 1,
        of type: String = "*"
    ) throws -> ProjectionDefinition {
        try ProjectionDefinition(
            manifest: """
                {"name": "tally", "version": \(version), "mode": "following", "rewinds": false, "events": ["\(type)"]}
                """,
            tables: "create table events (position bigint, type text);",
            apply: """
                insert into events
                select position, type from (select * from log.events where position between $from and $to) as e
                \(condition);
                """
        )
    }

    private func quarantined(_ engine: ProjectionEngine) async throws -> ProjectionStatus {
        var status: ProjectionStatus?
        let isQuarantined = try await eventually {
            status = try await engine.status().first
            return status?.condition == .quarantined
        }
        #expect(isQuarantined)
        return try #require(status)
    }
}

/// Runs the engine for the time of the body.
func running(_ engine: ProjectionEngine, _ body: () async throws -> Void) async throws {
    let task = Task { try await engine.run() }
    do {
        try await body()
    } catch {
        task.cancel()
        _ = await task.result
        throw error
    }
    task.cancel()
    _ = await task.result
}
