import Postgres
import Testing

@testable import ProjectionEngine

/// Whatever changed a read model other than an event is found.
@Suite struct CheckTests {
    @Test(arguments: [
        "update access_v1.user_roles set expires_at = null where user_id = 'u1'",
        "delete from access_v1.user_roles where user_id = 'u1'",
        """
        insert into access_v1.user_roles select 'mallory', role_id, branch_id, assigned_position, assigned_at,
            assigned_by, expires_at, from_position, from_at, from_by, from_type from access_v1.user_roles limit 1
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
