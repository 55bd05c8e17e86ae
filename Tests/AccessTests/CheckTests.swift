import Access
import Events
import Testing
import Time

/// What a check answers.
struct CheckTests {
    @Test func nobodyIsAllowedAnythingToBeginWith() {
        #expect(
            AccessModel().check("root", "rbac.roles:read", in: .institution, at: Scenario.now) == .unknownPermission
        )
        #expect(Scenario.opened().may("stranger", "rbac.roles:read") == .notGranted)
    }

    @Test func aRoleGrantsItsOwnPermissionsAndThoseOfEveryJunior() {
        var scenario = Scenario.opened()
        scenario.given(.assign("tom", "teacher", in: "north"), .assign("sue", "student", in: "north"))
        #expect(scenario.may("tom", "rbac.roles:read", in: .branch("north")) == .allowed)
        #expect(scenario.may("tom", "rbac.permissions:read", in: .branch("north")) == .allowed)
        #expect(scenario.may("sue", "rbac.permissions:read", in: .branch("north")) == .allowed)
        #expect(scenario.may("sue", "rbac.roles:read", in: .branch("north")) == .notGranted)
    }

    @Test func anAssignmentHoldsInItsBranchAlone() {
        var scenario = Scenario.opened()
        scenario.given(.assign("mia", "manager", in: "north"))
        #expect(scenario.may("mia", "audit.events:read", in: .branch("north")) == .allowed)
        #expect(scenario.may("mia", "audit.events:read", in: .branch("south")) == .notGranted)
        #expect(scenario.may("mia", "audit.events:read", in: .institution) == .notGranted)
        #expect(scenario.may("mia", "audit.events:read", in: .anywhere) == .allowed)
    }

    @Test func anAssignmentInTheInstitutionHoldsInEveryBranch() {
        let scenario = Scenario.opened()
        #expect(scenario.may("root", "recovery:restore", in: .branch("north")) == .allowed)
        #expect(scenario.may("root", "recovery:restore", in: .branch("never heard of")) == .allowed)
        #expect(scenario.may("root", "recovery:restore") == .allowed)
    }

    @Test func anAssignmentCountsUntilTheVeryMomentItExpires() {
        var scenario = Scenario.opened()
        let end = Scenario.now.seconds(60)
        scenario.given(.assign("tom", "teacher", in: "north", until: end))
        let before = Timestamp(microseconds: end.microseconds - 1)
        #expect(scenario.may("tom", "rbac.roles:read", in: .branch("north"), at: before) == .allowed)
        #expect(scenario.may("tom", "rbac.roles:read", in: .branch("north"), at: end) == .expired)
    }

    @Test func aRevokedGrantIsDeniedAtOnceForTheRoleAndItsSeniors() {
        var scenario = Scenario.opened()
        scenario.given(.assign("mia", "manager", in: "north"), .assign("tom", "teacher", in: "north"))
        scenario.given(.revoke("teacher", "rbac.roles:read"))
        #expect(scenario.may("tom", "rbac.roles:read", in: .branch("north")) == .notGranted)
        #expect(scenario.may("mia", "rbac.roles:read", in: .branch("north")) == .notGranted)
        #expect(scenario.may("root", "rbac.roles:read", in: .branch("north")) == .allowed, "Admin has it of its own")
    }

    @Test func aPermissionGivenToAJuniorReachesItsSeniors() {
        var scenario = Scenario.opened()
        scenario.given(.createPermission("grades:read"), .grant("student", "grades:read"))
        #expect(scenario.may("root", "grades:read") == .allowed)
        scenario.given(.revoke("student", "grades:read"))
        #expect(scenario.may("root", "grades:read") == .notGranted)
    }

    @Test func aRemovedRoleIsGone() {
        var scenario = Scenario.opened()
        scenario.given(.assign("tom", "teacher"), .remove("tom", "teacher"))
        #expect(scenario.may("tom", "rbac.roles:read") == .notGranted)
    }

    @Test func aDeletedRoleGrantsNothingEvenWhereItWasStillAssigned() {
        var scenario = Scenario.opened()
        scenario.given(.createPermission("grades:read"), .defineRole("tutor", ["grades:read"]), .assign("tom", "tutor"))
        #expect(scenario.may("tom", "grades:read") == .allowed)
        scenario.given(.roleDeleted(RBAC.RoleDeleted(roleID: "tutor", branchID: RBAC.institutionBranch)))
        #expect(scenario.may("tom", "grades:read") == .notGranted)
    }

    @Test func equivalentSpellingsOfAnIdAreDifferentUsers() {
        var scenario = Scenario.opened()
        scenario.given(.assign("jos\u{e9}", "admin"))
        #expect(scenario.may("jos\u{e9}", "recovery:restore") == .allowed)
        #expect(scenario.may("jose\u{301}", "recovery:restore") == .notGranted)
    }

    @Test func aCopyOfTheModelStaysAsItWas() {
        var scenario = Scenario.opened()
        let before = scenario.model
        scenario.given(.assign("tom", "teacher"), .revoke("admin", "recovery:restore"))
        #expect(before.check("tom", "rbac.roles:read", in: .institution, at: Scenario.now) == .notGranted)
        #expect(before.check("root", "recovery:restore", in: .institution, at: Scenario.now) == .allowed)
    }

    @Test func everyUserIsFoundHoweverManyThereAre() {
        var scenario = Scenario.opened()
        for number in 0..<5_000 { scenario.given(.assign("user-\(number)", "teacher", in: "branch-\(number % 7)")) }
        for number in 0..<5_000 {
            #expect(scenario.may("user-\(number)", "rbac.roles:read", in: .branch("branch-\(number % 7)")) == .allowed)
        }
        #expect(scenario.may("user-5000", "rbac.roles:read", in: .anywhere) == .notGranted)
    }
}
