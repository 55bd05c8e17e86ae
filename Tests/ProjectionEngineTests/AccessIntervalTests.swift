import Postgres
import Testing

@testable import ProjectionEngine

/// What the access read model says of who holds what, and who allowed it.
@Suite struct AccessIntervalTests {
    @Test func aGrantIsAnIntervalThatNamesWhoOpenedAndWhoClosedIt() async throws {
        try await after([
            .permission("p"), .role("r", ["p"]), .assign("u", "r", by: "ann"), .remove("u", "r"),
        ]) { log in
            let rows = try await log.texts(
                """
                select concat_ws(' ', assigned_by, assigned_position, from_position, until_position, until_by, until_type)
                from access.user_roles
                """
            )
            #expect(rows == ["ann 2 2 3 admin rbac.role-removed"])
        }
    }

    @Test func grantedRevokedAndGrantedAgainWithinOneRangeAreTwoIntervals() async throws {
        try await after([
            .permission("p"), .role("r"), .grant("r", "p"), .revoke("r", "p"), .grant("r", "p"),
        ]) { log in
            let rows = try await log.texts(
                "select from_position || ' ' || coalesce(until_position, -1) from access.role_permissions order by 1"
            )
            #expect(rows == ["2 3", "4 -1"])
        }
    }

    @Test func assigningAnewEndsTheFormerAssignment() async throws {
        try await after([
            .role("r"), .assign("u", "r"), .assign("u", "r", expires: "2027-01-01T00:00:00Z", by: "ben"),
        ]) { log in
            let rows = try await log.texts(
                """
                select concat_ws(' ', assigned_by, from_position, until_position, until_type, expires_at is not null)
                from access.user_roles order by from_position
                """
            )
            #expect(rows == ["admin 1 2 rbac.role-assigned f", "ben 2 t"])
        }
    }

    @Test func deletingARoleEndsEverythingThatHangsOnIt() async throws {
        try await after([.permission("p"), .role("r", ["p"]), .assign("u", "r"), .delete("r")]) { log in
            for table in ["roles", "role_permissions", "user_roles"] {
                let rows = try await log.texts(
                    "select until_position || ' ' || until_type from access.\(identifier: table)"
                )
                #expect(rows == ["3 rbac.role-deleted"])
            }
        }
    }

    @Test func whatNamesARoleThatIsNotThereGrantsNothing() async throws {
        try await after([.permission("p"), .role("r"), .delete("r"), .assign("u", "r"), .grant("r", "p")]) { log in
            for table in ["user_roles", "role_permissions"] {
                let rows = try await log.texts("select role_id::text from access.\(identifier: table)")
                #expect(rows.isEmpty)
            }
        }
    }

    @Test func aRoleKeepsWhatAChangeDoesNotName() async throws {
        try await after([
            .role("top"), .role("r", parent: "top"), .change("r", #""description":"new""#),
            .change("r", #""name":"other""#),
            .change("r", #""clearsParent":true"#),
        ]) { log in
            let rows = try await log.texts(
                """
                select concat_ws(' ', name, coalesce(description, '-'), created_position)
                from access.roles where role_id = 'r' order by from_position
                """
            )
            #expect(rows == ["role r - 1", "role r new 1", "other new 1", "other new 1"])
            let parents = try await log.texts(
                "select concat_ws(' ', parent_role_id, from_position, until_position) from access.role_parents"
            )
            #expect(parents == ["top 1 4"])
        }
    }

    @Test func aRoleHasSeveralParentsUntilAnyIsTakenOrGone() async throws {
        try await after([
            .role("a"), .role("b"), .role("r", parent: "a"),
            .rbac("inheritance-added", #""roleId":"r","branchId":"b","parentRoleId":"b""#),
            .rbac("inheritance-added", #""roleId":"r","branchId":"b","parentRoleId":"nobody""#),
            .delete("b"), .rbac("inheritance-removed", #""roleId":"r","branchId":"b","parentRoleId":"a""#),
        ]) { log in
            let parents = try await log.texts(
                """
                select concat_ws(' ', parent_role_id, from_position, until_position, until_type)
                from access.role_parents order by 1
                """
            )
            #expect(parents == ["a 2 6 rbac.inheritance-removed", "b 3 5 rbac.role-deleted"])
        }
    }

    @Test func aRenewedAssignmentHasItsNewEndAndWhoRenewedIt() async throws {
        let held = #""userId":"u","roleId":"r","branchId":"b""#
        try await after([
            .role("r"), .assign("u", "r", expires: "2027-01-01T00:00:00Z"),
            .rbac("role-renewed", held + #","expiresAt":"2028-01-01T00:00:00Z""#),
            .rbac("role-expired", held + #","expiresAt":"2028-01-01T00:00:00Z""#),
        ]) { log in
            let spans = try await log.texts(
                """
                select concat_ws(' ', from_position, until_position, until_type, extract(year from expires_at))
                from access.user_roles order by 1
                """
            )
            #expect(spans == ["1 2 rbac.role-renewed 2027", "2 3 rbac.role-expired 2028"])
        }
    }

    private func after(
        _ events: [LoggedEvent],
        _ body: @Sendable (WrittenLog) async throws -> Void
    ) async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await log.append(events, inline: engine)
            try await body(log)
        }
    }
}
