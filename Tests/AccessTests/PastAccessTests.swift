import Access
import EventStore
import Events
import TestSupport
import Testing
import Time

/// Access as it stood at moments, loaded from the intervals of the read model.
struct PastAccessTests {
    /// What everybody may, everywhere: equal accesses are equal texts.
    private func answers(_ model: AccessModel, at now: Timestamp) -> [String] {
        let permissions = ["p:read", "p:write", "p.q:read", "x:go"]
        return (0..<4).flatMap { user in
            permissions.flatMap { permission in
                [AccessScope.institution, .branch("north"), .branch("south"), .anywhere].map { scope in
                    "u\(user) \(permission) \(scope): \(model.check("u\(user)", permission, in: scope, at: now).reason)"
                }
            }
        } + model.hierarchy.roles.map { "\($0.roleID) \($0.parentRoleIDs.sorted()) \($0.deniedPermissions)" }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func everyMomentIsLoadedAsItWasThenAndTheNewestAsItIsFollowed(seed: UInt64) async throws {
        try await AccessFixture.withAccess { fixture in
            let access = fixture.access
            var random = Generator(state: seed)
            for name in ["p:read", "p:write", "p.q:read", "x:go"] {
                _ = try await access.createCustomPermission(CreatePermission(name: name), fixture.root)
            }
            for role in 0..<4 {
                let command = DefineRole(roleID: "r\(role)", branch: RBAC.institutionBranch, name: "r\(role)")
                _ = try await access.defineRole(command, fixture.root)
            }
            var moments: [(size: Int64, answers: [String])] = []
            let now = Timestamp.now()
            for round in 0..<120 {
                try? await Self.deed(access, fixture.root, &random)
                if round % 12 == 0 {
                    let snapshot = try await access.directory.current()
                    moments.append((snapshot.size, answers(snapshot.model, at: now)))
                }
            }
            let loader = try AccessLoader(pool: fixture.log.pool)
            for moment in moments {
                let loaded = try await loader.load(asOf: moment.size)
                #expect(answers(loaded.model, at: now) == moment.answers, "after \(moment.size)")
            }
            let followed = try await access.directory.current()
            #expect(answers(try await loader.load().model, at: now) == answers(followed.model, at: now))
        }
    }

    /// Some deed; many are refused.
    private static func deed(
        _ access: AccessService,
        _ root: CommandContext,
        _ random: inout Generator
    ) async throws {
        func any(_ names: [String]) -> String { names.randomElement(using: &random) ?? "" }
        let role = any((0..<4).map { "r\($0)" })
        let other = any((0..<4).map { "r\($0)" })
        let permission = any(["p:read", "p:write", "p.q:read", "x:go"])
        let user = any((0..<4).map { "u\($0)" })
        let branch = any(["institution", "north", "south"])
        let soon = Timestamp.now().advanced(by: .seconds(3_600))
        switch Int.random(in: 0..<14, using: &random) {
        case 0: _ = try await access.changeInheritance(.init(.add, roleID: role, parentRoleID: other), root)
        case 1: _ = try await access.changeInheritance(.init(.remove, roleID: role, parentRoleID: other), root)
        case 2: _ = try await access.changeDenial(.init(.deny, roleID: role, permissionID: permission), root)
        case 3: _ = try await access.changeDenial(.init(.lift, roleID: role, permissionID: permission), root)
        case 4:
            _ = try await access.assignPermissionToRole(.init(roleID: role, permissionID: permission), root)
        case 5:
            _ = try await access.revokePermissionFromRole(.init(roleID: role, permissionID: permission), root)
        case 6: _ = try await access.changeImplication(.init(.add, permissionID: "x:go", impliedID: permission), root)
        case 7:
            _ = try await access.changeImplication(.init(.remove, permissionID: "x:go", impliedID: permission), root)
        case 8:
            let apart = SetSeparation(separationID: "s", kind: .dynamic, name: "s", roleIDs: [role, other])
            _ = try await access.setSeparation(apart, root)
        case 9: _ = try await access.removeRoleFromUser(.init(userID: user, roleID: role, branch: branch), root)
        case 10:
            let end = Bool.random(using: &random) ? soon : nil
            _ = try await access.renewRole(.init(userID: user, roleID: role, branch: branch, expiresAt: end), root)
        default:
            let start = Int.random(in: 0..<4, using: &random) == 0 ? soon : nil
            let command = AssignRole(userID: user, roleID: role, branch: branch, startsAt: start)
            _ = try await access.assignRoleToUser(command, root)
        }
    }

    @Test func aSessionIsThereAfterARestartWithTheRolesThatAreActive() async throws {
        try await AccessFixture.withAccess { fixture in
            let access = fixture.access
            for role in ["teacher", "student"] {
                _ = try await access.assignRoleToUser(AssignRole(userID: "tom", roleID: role), fixture.root)
            }
            let tom = CommandContext(actor: .user("tom"))
            let end = Timestamp.now().advanced(by: .seconds(3_600))
            _ = try await access.openSession(.init(sessionID: "s", roleIDs: ["teacher"], expiresAt: end), tom)
            _ = try await access.changeSession(.init(sessionID: "s", .drop(role: "teacher")), tom)
            _ = try await access.changeSession(.init(sessionID: "s", .activate(role: "student")), tom)
            try await AccessFixture.withAccess(at: fixture.log.url, keys: fixture.log.keys) { fresh in
                let session = try await fresh.access.getSession("s", tom).value
                #expect(session.roleIDs == ["student"])
                #expect(session.session.version == 2)
                _ = try await fresh.access.changeSession(.init(sessionID: "s", .close), tom)
            }
            let refusal = try await fixture.refusal { try await access.getSession("s", tom).size }
            #expect(refusal == .noSession, "closed by another replica")
        }
    }
}
