import Access
import Events
import Testing

/// Creating permissions and giving them to roles.
struct PermissionDecisionTests {
    @Test func aCustomPermissionIsGivenToAdminSoThatSomebodyCanGiveItOn() throws {
        var scenario = Scenario.opened()
        try scenario.carryOut(CreatePermission(name: "students.grades:read", description: "See grades."))
        #expect(scenario.may("root", "students.grades:read") == .allowed)
        try scenario.carryOut(AssignPermission(roleID: "teacher", permissionID: "students.grades:read"))
        scenario.given(.assign("tom", "teacher", in: "north"))
        #expect(scenario.may("tom", "students.grades:read", in: .branch("north")) == .allowed)
    }

    @Test func aPermissionsNameIsUnique() throws {
        #expect(try Scenario.opened().refusal(of: CreatePermission(name: "rbac.roles:read")) == .duplicateName)
    }

    @Test(arguments: ["", "grades", "grades:", ":read", "grades:read:all", "grades..x:read", "gra des:read", "a:*"])
    func aPermissionIsNamedByResourceAndAction(name: String) throws {
        let refusal = try Scenario.opened().refusal(of: CreatePermission(name: name))
        #expect(refusal == .invalid(pointer: "/name"))
    }

    @Test func whatARoleHasAlreadyIsNotAssignedAgain() throws {
        let scenario = Scenario.opened()
        let again = AssignPermission(roleID: "teacher", permissionID: "rbac.roles:read")
        #expect(try scenario.refusal(of: again) == .alreadyAssigned)
        let unknown = AssignPermission(roleID: "teacher", permissionID: "no.such:thing")
        #expect(try scenario.refusal(of: unknown) == .notFound)
        let nowhere = AssignPermission(roleID: "nobody", permissionID: "rbac.roles:read")
        #expect(try scenario.refusal(of: nowhere) == .notFound)
    }

    @Test func whatARoleOnlyInheritsCannotBeRevokedFromIt() throws {
        let inherited = RevokePermission(roleID: "teacher", permissionID: "rbac.permissions:read")
        #expect(try Scenario.opened().refusal(of: inherited) == .notAssigned)
    }

    @Test func theSameDescriptionRecordsNothing() throws {
        var scenario = Scenario.opened()
        try scenario.carryOut(UpdatePermission(permissionID: "rbac.roles:read", description: "See roles."))
        let again = UpdatePermission(permissionID: "rbac.roles:read", description: "See roles.")
        #expect(try scenario.when(again).appends.isEmpty)
        #expect(try scenario.refusal(of: UpdatePermission(permissionID: "no:thing", description: "x")) == .notFound)
    }

    @Test func permissionsAreTheInstitutionsAndNotABranchs() throws {
        var scenario = Scenario.opened()
        scenario.given(.assign("bea", "admin", in: "north"))
        let refusal = try scenario.refusal(of: CreatePermission(name: "grades:read"), by: .user("bea"))
        #expect(refusal == .forbidden(permission: "rbac.permissions:create", branch: RBAC.institutionBranch))
    }
}
