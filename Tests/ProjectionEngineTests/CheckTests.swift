import Dispatch
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import ProjectionEngine

/// Whatever changed a read model other than an event is found.
@Suite struct CheckTests {
    @Test(arguments: [
        "update access_v3.user_roles set expires_at = null where user_id = 'u1'",
        "delete from access_v3.user_roles where user_id = 'u1'",
        """
        insert into access_v3.user_roles select 'mallory', role_id, branch_id, assigned_position, assigned_at,
            assigned_by, starts_at, expires_at, from_position, from_at, from_by, from_type from access_v3.user_roles limit 1
        """,
    ])
    func aRowChangedByHandIsFound(_ deed: String) async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await log.append(
                [.role("r")] + (0..<20).map { .assign("u\($0)", "r", expires: "2027-01-01T00:00:00Z") },
                inline: engine
            )
            #expect(try await engine.check("access").isEqual)
            try await log.pool.execute(SQL(unescaped: deed))
            let check = try await engine.check("access")
            #expect(!check.isEqual)
            #expect(check.position == 21)
            let table = check.tables.first { !$0.isEqual }
            #expect(table?.table == "user_roles")
            #expect((table?.missing.count ?? 0) + (table?.unexpected.count ?? 0) > 0)
        }
    }

    static let lies: [(deed: String, expected: String)] = [
        (
            // Adds an administrator to what is read, and leaves the table alone.
            """
            do $$ begin execute 'create or replace view access.user_roles as '
                || rtrim(pg_get_viewdef('access.user_roles'::regclass), ';') || ' union all '
                || rtrim(pg_get_viewdef('access.user_roles'::regclass), ';'); end $$
            """,
            "The view access.user_roles is not what Daybook made."
        ),
        (
            """
            create function public.quiet() returns trigger language plpgsql as 'begin return null; end';
            create trigger quiet before insert on access_v3.user_roles for each row execute function public.quiet()
            """,
            "The trigger quiet on access_v3.user_roles does not belong there."
        ),
        (
            "create rule quiet as on delete to access_v3.user_roles do instead nothing",
            "The rule quiet on access_v3.user_roles does not belong there."
        ),
        ("drop view access.roles", "The view access.roles is missing."),
        ("create view access.more as select 1 as one", "The view access.more does not belong there."),
        (
            "grant update on access_v3.user_roles to daybook_reader",
            "The right daybook_reader UPDATE access_v3.user_roles does not belong there."
        ),
        (
            "alter view access.user_roles owner to current_user",
            "The relation access.user_roles is not what Daybook made."
        ),
        (
            """
            create or replace function access.apply(first bigint, last bigint) returns void language plpgsql
            as 'begin end'
            """,
            "The function access.apply(bigint,bigint) is not what Daybook made."
        ),
        (
            // Whoever changes what makes the views does not thereby have a check make the same ones.
            """
            create or replace function projections.serve(name text, schema text) returns void language plpgsql
            as 'begin raise exception $m$never asked$m$; end';
            create or replace view access.implications with (security_barrier) as select * from access_v3.implications
            """,
            "The relation access.implications is not what Daybook made."
        ),
    ]

    @Test(arguments: lies.indices)
    func whatIsReadInPlaceOfTheTablesIsFound(_ index: Int) async throws {
        let (deed, expected) = Self.lies[index]
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await log.append([.role("r"), .assign("u", "r")], inline: engine)
            try await log.pool.withConnection { _ = try await $0.script(deed) }
            let check = try await engine.check("access")
            #expect(check.tables.allSatisfy { $0.isEqual })
            #expect(!check.isEqual)
            #expect(check.differences.contains(expected), "\(check.differences)")
        }
    }

    @Test func whatServesIsTheSameAfterARebuildAndForEveryReadModel() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await log.append([.role("r"), .assign("u", "r")], inline: engine)
            try await engine.rebuild("access")
            for definition in engine.definitions {
                let check = try await engine.check(definition.name)
                #expect(check.differences == [])
            }
        }
    }

    @Test func anotherSchemaThanTheOneThatIsMadeDoesNotServe() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await log.pool.execute("update projections.state set schema = 'elsewhere' where name = 'access'")
            let check = try await engine.check("access")
            #expect(!check.isEqual)
            #expect(check.differences.first?.contains("elsewhere") == true)
        }
    }

    @Test func aRebuildDuringACheckMakesNoDifference() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine(batch: 10)
            try await engine.prepare()
            var random = RandomLog(seed: 49)
            try await log.append(random.events(100), inline: engine)
            for name in ["access", "audit"] {
                if name == "audit" { try await running(engine) { try await engine.wait(for: "audit", toHold: 100) } }
                let rebuild = Rebuilding(engine, name)
                // On a thread of its own, since it is held up there: the rebuild needs those that tasks share.
                let checking = Task(executorPreference: OwnThread()) {
                    try await engine.check(name) { progress in
                        // In the middle of the replay, and for as long as a rebuild takes that nobody stops.
                        if progress.position == 50 { rebuild.startAndAwaitItsSwitch() }
                    }
                }
                let check = try await checking.value
                #expect(check.isEqual, "\(check)")
                try await rebuild.finish()
            }
        }
    }

    @Test(arguments: [50, 57, 78] as [UInt64]) func aCheckOfABusyLogComparesOneMoment(seed: UInt64) async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine(batch: 20)
            try await engine.prepare()
            try await running(engine) {
                var random = RandomLog(seed: seed)
                let batches = (0..<40).map { _ in random.events(10) }
                async let appending: Void = {
                    for events in batches { try await log.append(events, inline: engine) }
                }()
                for name in ["access", "audit", "identity", "access", "audit"] {
                    let check = try await engine.check(name)
                    #expect(check.isEqual, "\(check)")
                }
                try await appending
            }
        }
    }

    @Test func aCheckLeavesNothingBehind() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await log.append([.role("r")], inline: engine)
            for definition in engine.definitions { _ = try await engine.check(definition.name) }
            let left = try await log.texts("select nspname::text from pg_namespace where nspname like '%check%'")
            #expect(left.isEmpty)
        }
    }
}

/// A rebuild that is begun from within something else.
private final class Rebuilding: Sendable {
    private let engine: ProjectionEngine
    private let name: String
    private let task = Mutex<Task<Void, any Error>?>(nil)

    init(_ engine: ProjectionEngine, _ name: String) {
        self.engine = engine
        self.name = name
    }

    /// Returns when the rebuild is done, or was kept from switching twice.
    func startAndAwaitItsSwitch() {
        let reached = DispatchSemaphore(value: 0)
        let switches = Mutex(0)
        let rebuilding = Task(executorPreference: OwnThreads()) { [engine, name] in
            defer { reached.signal() }
            try await engine.rebuild(name) { progress in
                guard progress.phase == .switching else { return }
                let count = switches.withLock { count in
                    count += 1
                    return count
                }
                if count == 2 { reached.signal() }
            }
        }
        task.withLock { $0 = rebuilding }
        reached.wait()
    }

    func finish() async throws { try await task.withLock { $0 }?.value }
}

/// Runs a task's parts in a queue of its own.
private final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "test")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
