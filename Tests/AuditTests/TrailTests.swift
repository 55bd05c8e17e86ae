import Access
import Audit
import EventStore
import Events
import JSON
import Recovery
import Testing
import Time

/// What a thing was before and after everything that happened to it.
struct TrailTests {
    @Test func aRoleIsToldWithItsStatesBeforeAndAfter() async throws {
        try await Institution.open { institution in
            let root = institution.root
            _ = try await institution.access.defineRole(
                DefineRole(roleID: "tutor", branch: "north", name: "Tutor"),
                root
            )
            _ = try await institution.access.updateRole(UpdateRole(roleID: "tutor", name: "Mentor"), root)
            let grade = try await institution.access.createCustomPermission(CreatePermission(name: "grades:read"), root)
            let permission = try #require(grade.receipt?.events.first?.stream.dropFirst("permission-".count))
            _ = try await institution.access.updateRolePermissions("tutor", [String(permission)], root)
            _ = try await institution.access.deleteRole(DeleteRole(roleID: "tutor"), root)
            let trail = try await institution.audit.trail(of: "role", "tutor", limit: 10, by: institution.auditor)
            #expect(
                trail.lines.map(\.entry.type) == [
                    "rbac.role-deleted", "rbac.permission-assigned", "rbac.role-updated", "rbac.role-defined",
                ]
            )
            #expect(trail.lines.map(\.changed).map(Set.init)[1] == ["permissionIds"])
            #expect(trail.lines.map(\.changed)[2] == ["name"])
            #expect(trail.lines[3].before == nil)
            #expect(trail.lines[3].after?["name"] == "Tutor")
            #expect(trail.lines[2].before?["name"] == "Tutor")
            #expect(trail.lines[2].after?["name"] == "Mentor")
            #expect(trail.lines[1].after?["permissionIds"] == .array([.string(String(permission))]))
            #expect(trail.lines[0].after == nil)
            // Each state is what the event before it left behind.
            for (later, earlier) in zip(trail.lines, trail.lines.dropFirst()) { #expect(later.before == earlier.after) }
        }
    }

    @Test func aUserIsToldWithTheRolesOfBranchesThatTheReaderMaySee() async throws {
        try await Institution.open { institution in
            let root = institution.root
            _ = try await institution.tokens.register(
                RegisterUser(userID: "ada", kind: .person, name: "Ada L.", email: "ada@example.org"),
                root
            )
            _ = try await institution.access.assignRoleToUser(
                AssignRole(userID: "ada", roleID: "teacher", branch: "north"),
                root
            )
            _ = try await institution.access.assignRoleToUser(
                AssignRole(userID: "ada", roleID: "manager", branch: "south"),
                root
            )
            let all = try await institution.audit.trail(of: "user", "ada", limit: 10, by: institution.auditor)
            #expect(all.lines.count == 3)
            #expect(all.lines[0].after?["name"] == "Ada L.")
            #expect(roles(all.lines[0].after) == ["manager south", "teacher north"])
            #expect(roles(all.lines[0].before) == ["teacher north"])
            #expect(all.lines[2].before == nil)

            let manager = institution.reader("manager", .branches(["north"]))
            let some = try await institution.audit.trail(of: "user", "ada", limit: 10, by: manager)
            #expect(some.lines.map(\.entry.type) == ["rbac.role-assigned"])
            #expect(roles(some.lines[0].after) == ["teacher north"])
            #expect(some.lines[0].after?["name"] == nil)
        }
    }

    @Test func aRestoreIsPartOfTheTrailOfWhatItChanged() async throws {
        try await Institution.open { institution in
            let root = institution.root
            let defined = try await institution.access.defineRole(
                DefineRole(roleID: "tutor", branch: "north", name: "Tutor"),
                root
            )
            _ = try await institution.access.updateRole(UpdateRole(roleID: "tutor", name: "Mentor"), root)
            let operator_ = Author(id: "operator")
            let preview = try await institution.recovery.preview(.position(defined.size - 1), by: operator_)
            _ = try await institution.recovery.restore(preview.token, reason: "a mistake", by: operator_)
            let trail = try await institution.audit.trail(of: "role", "tutor", limit: 10, by: institution.auditor)
            #expect(
                trail.lines.map(\.entry.type) == ["recovery.restored", "rbac.role-updated", "rbac.role-defined"]
            )
            #expect(trail.lines[0].before?["name"] == "Mentor")
            #expect(trail.lines[0].after?["name"] == "Tutor")
            // A role that the restore left alone has no word of it.
            let other = try await institution.audit.trail(of: "role", "teacher", limit: 10, by: institution.auditor)
            #expect(other.lines.allSatisfy { $0.entry.type != "recovery.restored" })
        }
    }

    @Test func aRestoreIsPartOfTheTrailOfARoleWhoseRequirementsItChanged() async throws {
        try await Institution.open { institution in
            let root = institution.root
            let defined = try await institution.access.defineRole(
                DefineRole(roleID: "tutor", branch: "north", name: "Tutor"),
                root
            )
            let requirements = RoleRequirements(maximumHolders: 3)
            _ = try await institution.access.setRequirements(
                SetRequirements(roleID: "tutor", requirements),
                root
            )
            let operator_ = Author(id: "operator")
            let preview = try await institution.recovery.preview(.position(defined.size - 1), by: operator_)
            _ = try await institution.recovery.restore(preview.token, reason: "a mistake", by: operator_)
            let trail = try await institution.audit.trail(of: "role", "tutor", limit: 10, by: institution.auditor)
            #expect(
                trail.lines.map(\.entry.type) == [
                    "recovery.restored", "rbac.role-requirements-set", "rbac.role-defined",
                ]
            )
            #expect(trail.lines[0].before?["maximumHolders"] == 3)
            #expect(trail.lines[0].after?["maximumHolders"] == nil)
        }
    }

    @Test func aSeparationIsToldWithTheRestoreThatUndidIt() async throws {
        try await Institution.open { institution in
            let head = try await institution.log.store.head().size - 1
            _ = try await institution.access.setSeparation(
                SetSeparation(separationID: "apart", kind: .static, name: "Apart", roleIDs: ["student", "auditor"]),
                institution.root
            )
            let operator_ = Author(id: "operator")
            let preview = try await institution.recovery.preview(.position(head), by: operator_)
            _ = try await institution.recovery.restore(preview.token, reason: "a mistake", by: operator_)
            let trail = try await institution.audit.trail(
                of: "separation",
                "apart",
                limit: 10,
                by: institution.auditor
            )
            #expect(trail.lines.map(\.entry.type) == ["recovery.restored", "rbac.separation-set"])
            #expect(trail.lines[0].before?["name"] == "Apart")
            #expect(trail.lines[0].after == nil)
            let roles = trail.lines[1].after?["roleIds"]?.array?.compactMap(\.string)
            #expect(roles?.sorted() == ["auditor", "student"])
        }
    }

    @Test func aTokenIsToldUntilItIsRevoked() async throws {
        try await Institution.open { institution in
            let root = institution.root
            _ = try await institution.tokens.register(RegisterUser(userID: "ada", kind: .person), root)
            let token = try await institution.tokens.issue(to: "ada", label: "laptop", root)
            _ = try await institution.tokens.revoke(token.id, root)
            let trail = try await institution.audit.trail(of: "token", token.id, limit: 10, by: institution.auditor)
            #expect(trail.lines.map(\.changed).first == ["revoked"])
            #expect(trail.lines.last?.after?["label"] == "laptop")
            #expect(trail.lines.last?.after?["userId"] == "ada")
        }
    }

    @Test func whatAnotherSystemReportedIsToldAsStates() async throws {
        try await Institution.open { institution in
            try await institution.report(.note("teacher-1", resource: "grade", id: "g7"))
            let trail = try await institution.audit.trail(of: "grade", "g7", limit: 10, by: institution.auditor)
            #expect(trail.lines.first?.before == ["mark": "good"])
            #expect(trail.lines.first?.after == ["mark": "excellent"])
            #expect(trail.lines.first?.changed == ["mark"])
        }
    }

    @Test func asOfTheTrailEndsThere() async throws {
        try await Institution.open { institution in
            let defined = try await institution.access.defineRole(
                DefineRole(roleID: "tutor", branch: "north", name: "Tutor"),
                institution.root
            )
            _ = try await institution.access.updateRole(UpdateRole(roleID: "tutor", name: "Mentor"), institution.root)
            let position = defined.size - 1
            let trail = try await institution.audit.trail(
                of: "role",
                "tutor",
                asOf: .position(position),
                limit: 10,
                by: institution.auditor
            )
            #expect(trail.lines.map(\.entry.position) == [position])
            await #expect {
                try await institution.audit.trail(
                    of: "role",
                    "tutor",
                    asOf: .position(position - 1),
                    limit: 10,
                    by: institution.auditor
                )
            } throws: { ($0 as? AuditError)?.code == .notFound }
        }
    }

    @Test func lookingForATrailThatIsNotThereIsRecordedToo() async throws {
        try await Institution.open { institution in
            _ = try? await institution.audit.trail(of: "role", "secret", limit: 1, by: institution.auditor)
            let looked = try #require(try await institution.newest(Events.Audit.HistoryQueried.self))
            #expect(looked.payload.kind == .trail)
            #expect(looked.payload.filter["resourceId"] == "secret")
            #expect(looked.payload.returned == 0)
        }
    }

    private func roles(_ state: JSONObject?) -> [String] {
        (state?["roles"]?.array ?? []).map { "\($0["roleId"]?.string ?? "") \($0["branchId"]?.string ?? "")" }
    }
}
