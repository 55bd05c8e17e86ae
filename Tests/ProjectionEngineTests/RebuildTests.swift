import Postgres
import Synchronization
import Testing

@testable import ProjectionEngine

/// A rebuild happens beside what serves, misses nothing, and can be stopped and taken up again.
@Suite struct RebuildTests {
    @Test func aRebuildGivesTheSameTablesWhileEventsAreAppended() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine(batch: 20)
            try await engine.prepare()
            var random = RandomLog(seed: 41)
            try await log.append(random.events(300), inline: engine)
            let more = (0..<30).map { _ in random.events(5) }
            try await running(engine) {
                async let appending: Void = {
                    for events in more { try await log.append(events, inline: engine) }
                }()
                for name in ["access", "identity", "audit"] { try await engine.rebuild(name) }
                try await appending
                try await engine.wait(for: "audit", toHold: 450)
            }
            for name in ["access", "identity", "audit"] {
                let check = try await engine.check(name)
                #expect(check.isEqual, "\(check)")
                #expect(check.position == 450)
            }
            let left = try await log.texts("select nspname::text from pg_namespace where nspname ~ '_(next|old)$'")
            #expect(left.isEmpty)
        }
    }

    @Test func aChangedInlineReadModelIsRebuiltBeforeItServes() async throws {
        try await WrittenLog.with { log in
            let first = try log.engine()
            try await first.prepare()
            try await log.append([.role("r"), .assign("u", "r")], inline: first)
            let access = try first.definition("access")
            let changed = try ProjectionDefinition(
                manifest: """
                    {"name": "access", "version": 4, "mode": "inline", "rewinds": true,
                     "events": ["rbac.role-defined", "rbac.role-assigned"]}
                    """,
                tables: access.tables + "\nalter table roles add column note text default 'two';",
                indexes: access.indexes,
                apply: access.apply.replacing(
                    "from timeline\nwhere not stored and lives",
                    with: ", 'two' from timeline\nwhere not stored and lives"
                ),
                rewind: "",
                preview: access.preview
            )
            let second = try log.engine([changed, first.definition("identity")])
            try await second.prepare()
            let rows = try await log.texts("select role_id || ' ' || note from access.roles")
            #expect(rows == ["r two"])
            #expect(try await second.status().first?.version == 4)
            // The program before it refuses to go back.
            await #expect(throws: ProjectionError.self) { try await first.prepare() }
        }
    }

    @Test func aProgramThatLacksAnInlineReadModelDoesNotStart() async throws {
        try await WrittenLog.with { log in
            let newer = try log.engine()
            try await newer.prepare()
            let older = try log.engine(newer.definitions.filter { $0.name != "identity" })
            let error = await #expect(throws: ProjectionError.self) { try await older.prepare() }
            #expect(error?.code == .newerVersion)
            #expect(error?.message.contains("identity") == true)
        }
    }

    @Test func aCancelledRebuildGoesOnWhereItStopped() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine([try FollowingTests.counting()], batch: 10)
            try await log.append((0..<100).map { .register("u\($0)") })
            try await engine.prepare()
            let task = Task {
                try await engine.rebuild("tally") { progress in
                    if progress.position == 50 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
            await #expect(throws: (any Error).self) { try await task.value }
            let stoppedAt = try await engine.status().first?.rebuildPosition
            let resumed = Reported()
            try await engine.rebuild("tally") { resumed.note($0.position) }
            #expect(stoppedAt == 50)
            #expect(resumed.first == 50)
            #expect(try await engine.check("tally").isEqual)
            #expect(try await engine.status().first?.rebuildPosition == nil)
        }
    }

    @Test func aCancelledRebuildIsInNobodysWay() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine([try FollowingTests.counting()], batch: 10)
            try await log.append((0..<100).map { .register("u\($0)") })
            try await engine.prepare()
            let task = Task {
                try await engine.rebuild("tally") { progress in
                    if progress.position == 50 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
            await #expect(throws: (any Error).self) { try await task.value }
            // Somebody else has the connection that it used; the next rebuild comes by another.
            try await log.pool.withConnection { _ in try await engine.rebuild("tally") }
            #expect(try await engine.check("tally").isEqual)
        }
    }

    @Test func aRebuildOfAnotherVersionLeavesNothingOfAnInterruptedOne() async throws {
        try await WrittenLog.with { log in
            try await log.append((0..<40).map { .register("u\($0)") })
            try await log.engine([try FollowingTests.counting()]).prepare()
            let bad = try log.engine(
                [try FollowingTests.counting("where 1 / (position <> 23)::integer = 1", version: 2)],
                batch: 16
            )
            await #expect(throws: ProjectionError.self) { try await bad.rebuild("tally") }
            let mended = try log.engine([try FollowingTests.counting(version: 3)])
            try await mended.rebuild("tally")
            let schemas = try await log.texts(
                "select nspname::text from pg_namespace where nspname ~ '^tally' order by 1"
            )
            #expect(schemas == ["tally", "tally_v3"])
        }
    }

    @Test func whatIsErasedOrRestoredDuringARebuildIsSoInTheNewTables() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine(batch: 10)
            try await engine.prepare()
            var random = RandomLog(seed: 47)
            try await log.append([.register("u"), .access("u")] + random.events(100), inline: engine)
            for name in ["access", "identity", "audit"] {
                let task = Task {
                    try await engine.rebuild(name) { progress in
                        if progress.position == 50 { withUnsafeCurrentTask { $0?.cancel() } }
                    }
                }
                await #expect(throws: (any Error).self) { try await task.value }
            }
            try await log.append([.erase("u"), .restore(to: 60)] + random.events(20), inline: engine)
            for name in ["access", "identity", "audit"] {
                try await engine.rebuild(name)
                let check = try await engine.check(name)
                #expect(check.isEqual, "\(check)")
            }
            let words = try await log.texts(
                "select position::text from audit.entries where subject = 'u' and personal_words is not null"
            )
            #expect(words.isEmpty)
        }
    }

    @Test func replicasThatStartTogetherOnALongLogBothComeUp() async throws {
        try await WrittenLog.with { log in
            var random = RandomLog(seed: 48)
            try await log.append(random.events(300))
            let engines = [try log.engine(batch: 10, immediate: 50), try log.engine(batch: 10, immediate: 50)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for engine in engines { group.addTask { try await engine.prepare() } }
                try await group.waitForAll()
            }
            for name in ["access", "identity", "audit"] { #expect(try await engines[1].check(name).isEqual) }
        }
    }

    @Test func aRebuildThatMeetsABadEventNamesItAndLeavesWhatServes() async throws {
        try await WrittenLog.with { log in
            let good = try log.engine([try FollowingTests.counting()], batch: 16)
            try await log.append((0..<40).map { .register("u\($0)") })
            try await good.prepare()
            let bad = try log.engine(
                [try FollowingTests.counting("where 1 / (position <> 23)::integer = 1", version: 2)],
                batch: 16
            )
            let error = await #expect(throws: ProjectionError.self) { try await bad.rebuild("tally") }
            #expect(error?.code == .cannotApply(position: 23))
            #expect(try await bad.status().first?.version == 1)
        }
    }

    @Test func aLongLogIsBroughtInByARebuild() async throws {
        try await WrittenLog.with { log in
            var random = RandomLog(seed: 44)
            try await log.append(random.events(200))
            let engine = try log.engine(batch: 30, immediate: 50)
            try await engine.prepare()
            for name in ["access", "identity", "audit"] {
                #expect(try await engine.position(of: name) == 200)
                #expect(try await engine.check(name).isEqual)
            }
        }
    }
}

/// What a progress handler was told first.
private final class Reported: Sendable {
    private let positions = Mutex<[Int64]>([])

    var first: Int64? { positions.withLock { $0.first } }

    func note(_ position: Int64) { positions.withLock { $0.append(position) } }
}
