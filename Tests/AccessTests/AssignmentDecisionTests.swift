import Access
import EventStore
import Events
import Testing

/// Giving roles to users and taking them.
struct AssignmentDecisionTests {
    @Test func aRoleIsAssignedWhereItBelongsUnlessTheCallerSaysElse() throws {
        var scenario = Scenario.opened()
        scenario.given(.defineRole("tutor", in: "north"))
        #expect(try scenario.when(AssignRole(userID: "tom", roleID: "tutor")).appends.first?.branch == "north")
        let south = try scenario.when(AssignRole(userID: "tom", roleID: "teacher", branch: "south"))
        #expect(south.appends.first?.branch == "south")
        let elsewhere = AssignRole(userID: "tom", roleID: "tutor", branch: "south")
        #expect(try scenario.refusal(of: elsewhere) == .wrongBranch)
    }

    @Test func aRoleIsAssignedOncePerBranch() throws {
        var scenario = Scenario.opened()
        scenario.given(.assign("tom", "teacher", in: "north"))
        let again = AssignRole(userID: "tom", roleID: "teacher", branch: "north")
        #expect(try scenario.refusal(of: again) == .alreadyAssigned)
        _ = try scenario.when(AssignRole(userID: "tom", roleID: "teacher", branch: "south"))
    }

    @Test func anExpiredAssignmentIsEndedBeforeTheNext() throws {
        var scenario = Scenario.opened()
        scenario.given(.assign("tom", "teacher", in: "north", until: Scenario.now))
        let plan = try scenario.when(AssignRole(userID: "tom", roleID: "teacher", branch: "north"))
        #expect(plan.events.count == 2)
        guard case .roleExpired(let expired) = plan.events.first else { return #expect(Bool(false)) }
        #expect(expired.expiresAt == Scenario.now)
        #expect(plan.appends.first?.expected == .exact(0))
    }

    @Test func anEndLiesInTheFuture() throws {
        let scenario = Scenario.opened()
        let past = AssignRole(userID: "tom", roleID: "teacher", expiresAt: Scenario.now)
        #expect(try scenario.refusal(of: past) == .expired)
        _ = try scenario.when(AssignRole(userID: "tom", roleID: "teacher", expiresAt: Scenario.now.seconds(1)))
    }

    @Test func whatDoesNotExistIsNeitherGivenNorTaken() throws {
        let scenario = Scenario.opened()
        #expect(try scenario.refusal(of: AssignRole(userID: "tom", roleID: "nobody")) == .notFound)
        #expect(try scenario.refusal(of: RemoveRole(userID: "tom", roleID: "nobody")) == .notFound)
        #expect(try scenario.refusal(of: RemoveRole(userID: "tom", roleID: "teacher")) == .notAssigned)
    }

    @Test func aRemovalNamesItsBranchWhereThereAreSeveral() throws {
        var scenario = Scenario.opened()
        scenario.given(.assign("tom", "teacher", in: "north"))
        #expect(try scenario.when(RemoveRole(userID: "tom", roleID: "teacher")).appends.first?.branch == "north")
        scenario.given(.assign("tom", "teacher", in: "south"))
        #expect(try scenario.refusal(of: RemoveRole(userID: "tom", roleID: "teacher")) == .ambiguous)
        let north = RemoveRole(userID: "tom", roleID: "teacher", branch: "north")
        #expect(try scenario.when(north).appends.first?.branch == "north")
    }

    @Test func daybookItselfHasNoRoles() throws {
        let refusal = try Scenario.opened().refusal(of: AssignRole(userID: "system", roleID: "teacher"))
        #expect(refusal == .invalid(pointer: "/userId"))
    }
}
