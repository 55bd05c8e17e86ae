import Access
import EventStore
import Events
import TestSupport
import Testing
import Time

/// Commands and questions over a real log.
struct AccessServiceTests {
    @Test func theFirstStartMakesOneAdministratorAndTheTemplates() async throws {
        try await AccessFixture.withAccess { fixture in
            let token = try #require(fixture.administrator)
            let owner = try await fixture.tokens.authenticate(token.secret)
            #expect(owner.userID == FirstStart.administrator)
            #expect(try await fixture.may(owner.userID, "recovery:restore") == .allowed)
            let roles = try await fixture.access.getRoles().value
            #expect(roles.map(\.id) == ["admin", "auditor", "manager", "student", "teacher"])
            #expect(roles.first?.parentRoleIDs == ["manager"])
            let permissions = try await fixture.access.getAllPermissions().value
            #expect(permissions.count == BuiltInPermission.allCases.count)

            let size = try await fixture.log.store.head().size
            #expect(try await FirstStart(access: fixture.access).install() == nil)
            #expect(try await fixture.log.store.head().size == size, "a second start records nothing")
        }
    }

    @Test func aGrantCountsInTheNextQuestionOnEveryReplicaAndSoDoesARevocation() async throws {
        try await AccessFixture.withAccess { first in
            try await AccessFixture.withAccess(at: first.log.url, keys: first.log.keys) { second in
                for round in 0..<20 {
                    let user = "user-\(round)"
                    let assign = AssignRole(userID: user, roleID: "teacher", branch: "north")
                    _ = try await first.access.assignRoleToUser(assign, first.root)
                    #expect(try await second.may(user, "rbac.roles:read", in: .branch("north")) == .allowed)
                    let remove = RemoveRole(userID: user, roleID: "teacher")
                    _ = try await second.access.removeRoleFromUser(remove, second.root)
                    #expect(try await first.may(user, "rbac.roles:read", in: .branch("north")) == .notGranted)
                }
            }
        }
    }

    @Test func idsOfAnyScriptMayHaveTheirFullLength() async throws {
        try await AccessFixture.withAccess { fixture in
            var random = SystemRandomNumberGenerator()
            // Four bytes each, and different ones, so that no index can make them short.
            func id() -> String {
                var text = String.UnicodeScalarView()
                for _ in 0..<200 {
                    text.append(Unicode.Scalar(UInt32.random(in: 0x20000...0x2A6DF, using: &random)) ?? "x")
                }
                return String(text)
            }
            let (user, role, branch) = (id(), id(), id())
            _ = try await fixture.access.defineRole(DefineRole(roleID: role, branch: branch, name: id()), fixture.root)
            let assign = AssignRole(userID: user, roleID: role, branch: branch)
            _ = try await fixture.access.assignRoleToUser(assign, fixture.root)
            let question = AccessQuestion(userID: user, permission: "rbac.roles:read", branchID: branch)
            _ = try await fixture.access.checkUserPermission(question, fixture.root)
            let logged = Audit.AccessLogged(userID: user, action: id(), resource: id(), resourceID: id(), status: "ok")
            _ = try await fixture.access.auditAccessLog(logged, branchID: branch, fixture.root)
            #expect(try await fixture.access.getAccessLogs(AccessLogQuery(userID: user), fixture.root).value.count == 3)
            #expect(try await fixture.access.getUserRoles(user).value.map(\.roleID) == [role])
        }
    }

    @Test func twoAdministratorsCannotRemoveOneAnother() async throws {
        try await AccessFixture.withAccess { first in
            try await AccessFixture.withAccess(at: first.log.url, keys: first.log.keys) { second in
                for round in 0..<5 {
                    let other = "bea-\(round)"
                    let assign = AssignRole(userID: other, roleID: "admin")
                    _ = try await first.access.assignRoleToUser(assign, .system)
                    async let one = first.refusal {
                        try await first.access.removeRoleFromUser(
                            RemoveRole(userID: FirstStart.administrator, roleID: "admin"),
                            CommandContext(actor: .user(other))
                        )
                    }
                    async let two = second.refusal {
                        try await second.access.removeRoleFromUser(
                            RemoveRole(userID: other, roleID: "admin"),
                            CommandContext(actor: .user(FirstStart.administrator))
                        )
                    }
                    let refusals = try await [one, two]
                    #expect(refusals.filter { $0 == nil }.count == 1, "\(refusals)")
                    let back = AssignRole(userID: FirstStart.administrator, roleID: "admin")
                    _ = try? await first.access.assignRoleToUser(back, .system)
                    let away = RemoveRole(userID: other, roleID: "admin")
                    _ = try? await first.access.removeRoleFromUser(away, .system)
                }
            }
        }
    }

    @Test func ofManyWhoTakeANameAtOnceOneGetsIt() async throws {
        try await AccessFixture.withAccess { fixture in
            let refusals = try await withThrowingTaskGroup(of: AccessRefusal.Code?.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await fixture.refusal {
                            try await fixture.access.defineRole(
                                DefineRole(roleID: "r\(number)", branch: "north", name: "Tutor"),
                                fixture.root
                            )
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(refusals.filter { $0 == nil }.count == 1)
            #expect(refusals.filter { $0 == .duplicateName }.count == 7)
        }
    }

    @Test func aRoleIsNotDeletedWhileItIsBeingAssigned() async throws {
        try await AccessFixture.withAccess { fixture in
            for round in 0..<10 {
                let role = "r\(round)"
                let define = DefineRole(roleID: role, branch: "north", name: role)
                _ = try await fixture.access.defineRole(define, fixture.root)
                async let deleted = fixture.refusal {
                    try await fixture.access.deleteRole(DeleteRole(roleID: role), fixture.root)
                }
                async let assigned = fixture.refusal {
                    let assign = AssignRole(userID: "tom", roleID: role)
                    return try await fixture.access.assignRoleToUser(assign, fixture.root)
                }
                let outcome = try await (deleted, assigned)
                #expect(outcome == (nil, .notFound) || outcome == (.roleInUse, nil), "\(outcome)")
            }
        }
    }

    @Test func everyReadCanBeAskedAsOfAMoment() async throws {
        try await AccessFixture.withAccess { fixture in
            let access = fixture.access
            let define = DefineRole(roleID: "tutor", branch: "north", name: "Tutor", permissionIDs: ["rbac.roles:read"])
            let defined = try await access.defineRole(define, fixture.root)
            let rename = UpdateRole(roleID: "tutor", name: "Coach", permissionIDs: ["audit.events:read"])
            let renamed = try await access.updateRole(rename, fixture.root)
            let assign = AssignRole(userID: "tom", roleID: "tutor")
            let assigned = try await access.assignRoleToUser(assign, fixture.root)
            let remove = RemoveRole(userID: "tom", roleID: "tutor")
            _ = try await access.removeRoleFromUser(remove, fixture.root)

            let then = try await access.getRoleById("tutor", asOf: .position(defined.size - 1))
            #expect(then.value.name == "Tutor")
            #expect(then.value.permissionIDs == ["rbac.roles:read"])
            #expect(then.value.version == 0)
            #expect(then.size == defined.size)
            let later = try await access.getRoleById("tutor")
            #expect(later.value.name == "Coach")
            #expect(later.value.permissionIDs == ["audit.events:read"])
            #expect(later.value.version == 3 - 0)

            let recordedAt = try #require(renamed.receipt?.recordedAt)
            #expect(try await access.getRoleById("tutor", asOf: .time(recordedAt)).value.name == "Coach")
            let had = try await access.getUserRoles("tom", asOf: .position(assigned.size - 1))
            #expect(had.value.map(\.roleID) == ["tutor"])
            #expect(had.value.first?.assignedBy == FirstStart.administrator)
            #expect(try await access.getUserRoles("tom").value.isEmpty)
            let beyond = try await fixture.refusal { try await access.getRoles(asOf: .position(1_000_000)) }
            #expect(beyond == .noSuchMoment)
        }
    }

    @Test func aChangeOnAnOldVersionIsRefusedWithTheCurrentOne() async throws {
        try await AccessFixture.withAccess { fixture in
            let define = DefineRole(roleID: "tutor", branch: "north", name: "Tutor")
            _ = try await fixture.access.defineRole(define, fixture.root)
            let first = UpdateRole(roleID: "tutor", name: "Coach", expectedVersion: 0)
            _ = try await fixture.access.updateRole(first, fixture.root)
            do {
                let second = UpdateRole(roleID: "tutor", name: "Trainer", expectedVersion: 0)
                _ = try await fixture.access.updateRole(second, fixture.root)
                Issue.record("It was allowed.")
            } catch let refusal as AccessRefusal {
                #expect(refusal.code == .versionConflict)
                #expect(refusal.currentVersion == 1)
            }
        }
    }

    @Test func whatARoleGrantsNamesTheRoleItComesFrom() async throws {
        try await AccessFixture.withAccess { fixture in
            let granted = try await fixture.access.getPermissionsByRole("teacher").value
            let origins = Dictionary(uniqueKeysWithValues: granted.map { ($0.permissionID, $0.fromRoleID) })
            #expect(origins["rbac.roles:read"] == "teacher")
            #expect(origins["rbac.permissions:read"] == "student")
            #expect(granted.first { $0.permissionID == "rbac.permissions:read" }?.isOwn == false)
        }
    }

    @Test func everyAnswerOfACheckIsInTheDecisionLog() async throws {
        try await AccessFixture.withAccess { fixture in
            let answer = try await fixture.access.checkUserPermissions(
                [
                    AccessQuestion(userID: FirstStart.administrator, permission: "recovery:restore"),
                    AccessQuestion(userID: "tom", permission: "recovery:restore", branchID: "north"),
                    AccessQuestion(userID: "tom", permission: "no.such:thing"),
                ],
                fixture.root
            )
            #expect(answer.verdicts == [.allowed, .notGranted, .unknownPermission])
            #expect(answer.receipt == nil, "nobody waits for it")
            try await fixture.access.decisions.settle()
            let event = try #require(try await fixture.log.store.reader.stream("decisions").last)
            let recorded = try event.decode(RBAC.DecisionsRecorded.self)
            #expect(recorded.count == 3 && recorded.refused == 2)
            #expect(recorded.users == [FirstStart.administrator, "tom"])
            #expect(recorded.verdicts == ["granted", "not-granted", "unknown-permission"])
        }
    }

    @Test func whoeverMayNotAskIsNotToldAndNothingIsRecorded() async throws {
        try await AccessFixture.withAccess { fixture in
            let size = try await fixture.log.store.head().size
            let refusal = try await fixture.refusal {
                try await fixture.access.checkUserPermission(
                    AccessQuestion(userID: "tom", permission: "recovery:restore"),
                    CommandContext(actor: .user("eve"))
                )
            }
            #expect(refusal == .forbidden(permission: "rbac.access:check", branch: RBAC.institutionBranch))
            #expect(try await fixture.log.store.head().size == size)
        }
    }
}
