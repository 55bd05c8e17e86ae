import Access
import EventStore
import Events
import Testing

/// Defining, changing and deleting roles.
struct RoleDecisionTests {
    @Test func aRoleIsDefinedWithItsPermissionsAndParent() throws {
        let plan = try Scenario.opened().when(
            DefineRole(
                roleID: "r1",
                branch: "north",
                name: "Tutor",
                parentRoleIDs: ["student"],
                permissionIDs: ["rbac.roles:read"]
            )
        )
        #expect(plan.appends.map(\.stream) == ["role-r1"])
        #expect(plan.appends.first?.expected == ExpectedVersion.none)
        #expect(plan.appends.first?.branch == "north")
        guard case .roleDefined(let defined) = plan.events.first else { return #expect(Bool(false)) }
        #expect(defined.permissionIDs == ["rbac.roles:read"])
        #expect(defined.parentRoleID == "student")
    }

    @Test func aNameIsUniqueInItsBranch() throws {
        var scenario = Scenario.opened()
        scenario.given(.defineRole("Tutor", in: "north"))
        let again = DefineRole(roleID: "r2", branch: "north", name: "Tutor")
        #expect(try scenario.refusal(of: again) == .duplicateName)
        #expect(try scenario.refusal(of: UpdateRole(roleID: "teacher", name: "Manager")) == .duplicateName)
        _ = try scenario.when(DefineRole(roleID: "r2", branch: "south", name: "Tutor"))
    }

    @Test func aRoleCannotGrantWhatDoesNotExist() throws {
        let scenario = Scenario.opened()
        let unknown = DefineRole(roleID: "r", branch: "north", name: "r", permissionIDs: ["no.such:thing"])
        #expect(try scenario.refusal(of: unknown) == .unknownPermission)
        let orphan = DefineRole(roleID: "r", branch: "north", name: "r", parentRoleIDs: ["nobody"])
        #expect(try scenario.refusal(of: orphan) == .unknownParent)
    }

    @Test func aRoleInheritsFromItsOwnBranchOrTheInstitution() throws {
        var scenario = Scenario.opened()
        scenario.given(.defineRole("tutor", in: "south"))
        let crossing = DefineRole(roleID: "r", branch: "north", name: "r", parentRoleIDs: ["tutor"])
        #expect(try scenario.refusal(of: crossing) == .unknownParent)
        #expect(try scenario.refusal(of: UpdateRole(roleID: "teacher", parentRoleIDs: ["tutor"])) == .unknownParent)
    }

    @Test func aCycleIsRefused() throws {
        let scenario = Scenario.opened()
        #expect(try scenario.refusal(of: UpdateRole(roleID: "student", parentRoleIDs: ["admin"])) == .cycle)
        #expect(try scenario.refusal(of: UpdateRole(roleID: "student", parentRoleIDs: ["student"])) == .cycle)
    }

    @Test func newPermissionsBecomeTheDifference() throws {
        var scenario = Scenario.opened()
        scenario.given(.defineRole("tutor", ["rbac.roles:read", "audit.events:read"]))
        let plan = try scenario.when(
            UpdateRole(roleID: "tutor", permissionIDs: ["audit.events:read", "audit.trails:read"])
        )
        let changes = plan.events.map { event in
            switch event {
            case .permissionAssigned(let event): "+" + event.permissionID
            case .permissionRevoked(let event): "-" + event.permissionID
            default: "?"
            }
        }
        #expect(changes == ["+audit.trails:read", "-rbac.roles:read"])
    }

    @Test func askingForWhatIsAlreadySoRecordsNothing() throws {
        var scenario = Scenario.opened()
        scenario.given(.defineRole("tutor", parent: "student", ["rbac.roles:read"]))
        let same = UpdateRole(
            roleID: "tutor",
            name: "tutor",
            parentRoleIDs: ["student"],
            permissionIDs: ["rbac.roles:read"]
        )
        #expect(try scenario.when(same).appends.isEmpty)
    }

    @Test func aChangeMadeOnAnOldVersionIsRefusedWithTheCurrentOne() throws {
        var scenario = Scenario.opened()
        scenario.given(.defineRole("tutor"), .grant("tutor", "rbac.roles:read"))
        do throws(AccessRefusal) {
            _ = try UpdateRole(roleID: "tutor", name: "Coach", expectedVersion: 0)
                .decide(on: scenario.model, by: .user("root"), at: Scenario.now)
            Issue.record("It was allowed.")
        } catch {
            #expect(error.code == .versionConflict)
            #expect(error.currentVersion == 1)
        }
        _ = try scenario.when(UpdateRole(roleID: "tutor", name: "Coach", expectedVersion: 1))
    }

    @Test func aRoleInUseIsNotDeleted() throws {
        var scenario = Scenario.opened()
        scenario.given(.defineRole("tutor"), .assign("tom", "tutor", in: "north"))
        #expect(try scenario.refusal(of: DeleteRole(roleID: "tutor")) == .roleInUse)
        scenario.given(.remove("tom", "tutor", in: "north"))
        #expect(try scenario.when(DeleteRole(roleID: "tutor")).events.count == 1)
    }

    @Test func aRoleThatOthersInheritFromIsNotDeleted() throws {
        #expect(try Scenario.opened().refusal(of: DeleteRole(roleID: "student")) == .roleInUse)
    }

    @Test func anExpiredAssignmentDoesNotKeepARoleInUse() throws {
        var scenario = Scenario.opened()
        scenario.given(.defineRole("tutor"), .assign("tom", "tutor", until: Scenario.now.seconds(5)))
        #expect(try scenario.refusal(of: DeleteRole(roleID: "tutor")) == .roleInUse)
        _ = try scenario.when(DeleteRole(roleID: "tutor"), at: Scenario.now.seconds(5))
    }

    @Test func aDeletedRolesNameAndIdCanBeUsedAgain() throws {
        var scenario = Scenario.opened()
        scenario.given(.defineRole("tutor"))
        try scenario.carryOut(DeleteRole(roleID: "tutor"))
        let plan = try scenario.when(DefineRole(roleID: "tutor", branch: RBAC.institutionBranch, name: "tutor"))
        #expect(plan.appends.first?.expected == .exact(1), "the stream goes on")
    }

    @Test(arguments: ["", " Tutor", "Tu\u{0}tor", "Tu\ntor", String(repeating: "x", count: 201)])
    func aNameIsOneLineOfText(name: String) throws {
        let command = DefineRole(roleID: "r", branch: "north", name: name)
        #expect(try Scenario.opened().refusal(of: command) == .invalid(pointer: "/name"))
    }
}
