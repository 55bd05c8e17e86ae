import Postgres
import Testing

@testable import ProjectionEngine

/// A restore makes the access read model what it was, and can be undone by another.
@Suite struct RestoreTests {
    @Test(arguments: [11, 12, 13] as [UInt64])
    func aRestoreMakesWhatHoldsTheSameAsItWasThen(seed: UInt64) async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            var random = RandomLog(seed: seed)
            var then: [Int64: [String]] = [:]
            var size: Int64 = 0
            for _ in 0..<40 {
                then[size] = try await holding(log)
                let events = random.events(random.number(1..<6))
                try await log.append(events, inline: engine)
                size += Int64(events.count)
            }
            for target in then.keys.sorted().shuffled() {
                // Restores of restores: each of these undoes the one before.
                try await log.append([.restore(to: target)], inline: engine)
                let now = try await holding(log)
                #expect(now == then[target], "restored to \(target)")
            }
            let check = try await engine.check("access")
            #expect(check.isEqual)
        }
    }

    @Test func aRestoreKeepsWhoAllowedItAndDeletesNoInterval() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await log.append(
                [.role("r"), .assign("u", "r", by: "ann"), .remove("u", "r"), .restore(to: 2)],
                inline: engine
            )
            let rows = try await log.texts(
                """
                select concat_ws(' ', assigned_by, assigned_position, from_position, from_by, from_type, until_position)
                from access.user_roles order by from_position
                """
            )
            #expect(rows == ["ann 1 1 ann rbac.role-assigned 2", "ann 1 3 operator recovery.restored"])
        }
    }

    @Test func thePreviewIsWhatTheRestoreThenChanges() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await log.append([.role("r"), .role("s"), .assign("u", "r"), .assign("v", "r")], inline: engine)
            try await log.append([.assign("u", "s"), .remove("u", "r"), .assign("v", "r", by: "ben")], inline: engine)
            let preview = try await log.texts(
                """
                select case change when 'ends' then 'recovery.restored ends' else 'recovery.restored returns' end
                from access.rewind_preview(4) where thing = 'user-role' order by 1
                """
            )
            try await log.append([.restore(to: 4)], inline: engine)
            let changed = try await log.texts(
                """
                select until_type || ' ends' from access.user_roles where until_position = 7
                union all
                select from_type || ' returns' from access.user_roles where from_position = 7
                order by 1
                """
            )
            #expect(changed.count == 4)
            #expect(preview == changed)
        }
    }

    @Test func whatDoesNotRewindStays() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await log.append([.register("u"), .token("t", "u"), .restore(to: 0)], inline: engine)
            let tokens = try await log.texts("select token_id::text from identity.tokens")
            #expect(tokens == ["t"])
        }
    }

    /// What holds now, without when its interval began.
    private func holding(_ log: WrittenLog) async throws -> [String] {
        try await log.texts(
            """
            select 'p ' || concat_ws(' ', permission_id, name, description, created_position, changed_position)
            from access.permissions where until_position is null
            union all
            select 'r ' || concat_ws(' ', role_id, name, description, created_position, changed_position)
            from access.roles where until_position is null
            union all
            select 'g ' || concat_ws(' ', role_id, permission_id, granted_position, granted_by)
            from access.role_permissions where until_position is null
            union all
            select 'u ' || concat_ws(' ', user_id, role_id, assigned_position, assigned_by, starts_at, expires_at)
            from access.user_roles where until_position is null
            union all
            select 'h ' || concat_ws(' ', role_id, parent_role_id, added_position)
            from access.role_parents where until_position is null
            union all
            select 'd ' || concat_ws(' ', role_id, permission_id, denied_position)
            from access.role_denials where until_position is null
            union all
            select 'i ' || concat_ws(' ', permission_id, implied_permission_id, added_position)
            from access.implications where until_position is null
            union all
            select 's ' || concat_ws(' ', separation_id, kind, name, role_ids, cardinality, set_position)
            from access.separations where until_position is null
            union all
            select 'q ' || concat_ws(' ', role_id, maximum_holders, prerequisite_role_ids, set_position)
            from access.role_requirements where until_position is null
            union all
            select 't ' || concat_ws(' ', role_id, template_role_id, permission_ids, adopted_position)
            from access.role_templates where until_position is null
            order by 1
            """
        )
    }
}
