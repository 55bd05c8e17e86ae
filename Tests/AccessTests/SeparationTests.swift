import Access
import Events
import Testing
import Time

/// Separation of duty, cardinality and prerequisites (ANSI INCITS 359, and Sandhu's constraints).
struct SeparationTests {
    private static func withRoles(_ events: AccessEvent...) -> Scenario {
        var scenario = Scenario.opened()
        scenario.given(.createPermission("orders:place"), .createPermission("orders:pay"))
        scenario.given(.grant("admin", "orders:place"), .grant("admin", "orders:pay"))
        scenario.given(
            .defineRole("purchaser", ["orders:place"]),
            .defineRole("cashier", ["orders:pay"]),
            .defineRole("approver"),
            .defineRole("chief", parent: "purchaser")
        )
        for event in events { scenario.given(event) }
        return scenario
    }

    private static let apart = AccessEvent.separate("apart", .static, ["purchaser", "cashier"])

    private func isSeparated(_ scenario: Scenario, _ command: some AccessCommand) throws -> Bool {
        if case .separated = try scenario.refusal(of: command) { true } else { false }
    }

    @Test func nobodyIsGivenRolesThatAreKeptApart() throws {
        let scenario = Self.withRoles(Self.apart, .assign("tom", "purchaser"), .assign("sue", "purchaser", in: "north"))
        #expect(try isSeparated(scenario, AssignRole(userID: "tom", roleID: "cashier")))
        #expect(try isSeparated(scenario, AssignRole(userID: "tom", roleID: "cashier", branch: "north")))
        #expect(try isSeparated(scenario, AssignRole(userID: "sue", roleID: "cashier")))
        _ = try scenario.when(AssignRole(userID: "sue", roleID: "cashier", branch: "south"))
        _ = try scenario.when(AssignRole(userID: "max", roleID: "cashier"))
    }

    @Test func aRoleThatInheritsOneCountsAsIt() throws {
        var scenario = Self.withRoles(Self.apart, .assign("tom", "chief"), .assign("sue", "approver"))
        #expect(try isSeparated(scenario, AssignRole(userID: "tom", roleID: "cashier")))
        scenario.given(.assign("sue", "cashier"))
        #expect(try isSeparated(scenario, ChangeInheritance(.add, roleID: "approver", parentRoleID: "purchaser")))
        #expect(try isSeparated(scenario, UpdateRole(roleID: "approver", parentRoleIDs: ["chief"])))
        let plan = try scenario.when(ChangeInheritance(.add, roleID: "approver", parentRoleID: "student"))
        #expect(plan.restsOn.isSuperset(of: AccessEvent.assignmentTypes))
    }

    @Test func oneRoleAfterAnotherIsNotTogether() throws {
        let noon = Scenario.now.seconds(3_600)
        let scenario = Self.withRoles(Self.apart, .assign("tom", "purchaser", until: noon))
        #expect(try isSeparated(scenario, AssignRole(userID: "tom", roleID: "cashier")))
        #expect(
            try isSeparated(scenario, AssignRole(userID: "tom", roleID: "cashier", startsAt: noon.seconds(-1)))
        )
        _ = try scenario.when(AssignRole(userID: "tom", roleID: "cashier", startsAt: noon))
        var renewed = scenario
        renewed.given(.assign("tom", "cashier", from: noon))
        #expect(
            try isSeparated(renewed, RenewRole(userID: "tom", roleID: "purchaser", expiresAt: noon.seconds(1)))
        )
    }

    @Test func cardinalityIsHowManyAreTooMany() throws {
        let scenario = Self.withRoles(
            .separate("three", .static, ["purchaser", "cashier", "approver"], cardinality: 3),
            .assign("tom", "purchaser"),
            .assign("tom", "cashier")
        )
        #expect(try isSeparated(scenario, AssignRole(userID: "tom", roleID: "approver")))
        _ = try scenario.when(AssignRole(userID: "sue", roleID: "approver"))
    }

    @Test func whatIsSetMustNotBeBrokenAlready() throws {
        var scenario = Self.withRoles(.assign("tom", "chief"), .assign("tom", "cashier"))
        let apart = SetSeparation(
            separationID: "apart",
            kind: .static,
            name: "apart",
            roleIDs: ["purchaser", "cashier"]
        )
        #expect(try isSeparated(scenario, apart))
        scenario.given(.remove("tom", "cashier"))
        let plan = try scenario.when(apart)
        #expect(plan.restsOn.isSuperset(of: AccessEvent.assignmentTypes), "somebody may be given a role meanwhile")
        try scenario.carryOut(apart)
        #expect(try scenario.when(apart).appends.isEmpty)
        #expect(try scenario.refusal(of: DeleteRole(roleID: "cashier")) == .roleInUse)
        try scenario.carryOut(DeleteSeparation(separationID: "apart"))
        _ = try scenario.when(AssignRole(userID: "tom", roleID: "cashier"))
    }

    @Test(arguments: [
        (["purchaser"], 2, "/roleIds"), (["purchaser", "nobody"], 2, "/roleIds/1"),
        (["purchaser", "purchaser"], 2, "/roleIds/1"), (["purchaser", "cashier"], 3, "/cardinality"),
        (["purchaser", "cashier"], 1, "/cardinality"),
    ])
    func whatIsNoSeparationIsRefused(roles: [String], cardinality: Int, pointer: String) throws {
        let command = SetSeparation(
            separationID: "x",
            kind: .dynamic,
            name: "x",
            roleIDs: roles,
            cardinality: cardinality
        )
        #expect(try Self.withRoles().refusal(of: command) == .invalid(pointer: pointer))
    }

    @Test func rolesThatMustNotBeActiveTogetherTakeASession() throws {
        var scenario = Self.withRoles(
            .separate("dual", .dynamic, ["purchaser", "cashier"]),
            .assign("tom", "chief"),
            .assign("tom", "cashier")
        )
        #expect(scenario.may("tom", "orders:place") == .separated)
        #expect(scenario.may("tom", "orders:pay") == .separated)
        let end = Scenario.now.seconds(600)
        let tom = AccessActor.user("tom")
        let both = OpenSession(sessionID: "s", roleIDs: ["chief", "cashier"], expiresAt: end)
        guard case .separated = try scenario.refusal(of: both, by: tom) else { return #expect(Bool(false)) }
        try scenario.carryOut(OpenSession(sessionID: "s", roleIDs: ["chief"], expiresAt: end), by: tom)
        func inSession(_ permission: String, at now: Timestamp = Scenario.now) -> AccessVerdict {
            scenario.model.check("tom", permission, in: .institution, at: now, session: "s")
        }
        #expect(inSession("orders:place") == .allowed)
        #expect(inSession("orders:pay") == .inactive)
        #expect(inSession("orders:place", at: end) == .inactive, "a session ends")
        // What was asked for in it goes on with its roles.
        #expect(scenario.model.roleIDs(activeIn: "s", of: "tom", at: Scenario.now) == ["chief"])
        #expect(scenario.model.roleIDs(activeIn: "s", of: "tom", at: end).isEmpty)
        let reach = scenario.model.branches(where: "tom", has: "orders:place", at: end, activating: ["chief"])
        #expect(reach == nil)
        #expect(scenario.model.branches(where: "tom", has: "orders:pay", at: end, activating: ["chief"]) == [])
        #expect(
            scenario.model.check("sue", "orders:place", in: .institution, at: Scenario.now, session: "s") == .notGranted
        )
        let activate = ChangeSession(sessionID: "s", .activate(role: "cashier"))
        guard case .separated = try scenario.refusal(of: activate, by: tom) else { return #expect(Bool(false)) }
        try scenario.carryOut(ChangeSession(sessionID: "s", .drop(role: "chief")), by: tom)
        #expect(inSession("orders:place") == .inactive)
        try scenario.carryOut(activate, by: tom)
        #expect(inSession("orders:pay") == .allowed)
        #expect(try scenario.refusal(of: activate, by: .user("sue")) == .noSession)
        try scenario.carryOut(ChangeSession(sessionID: "s", .close), by: tom)
        #expect(inSession("orders:pay") == .inactive)
        #expect(try scenario.refusal(of: activate, by: tom) == .noSession)
    }

    @Test func noSeparationMakesARoleUselessOrTakesFromSuperiors() throws {
        var scenario = Self.withRoles(
            .defineRole("separator", ["rbac.separations:set", "rbac.separations:delete"]),
            .assign("low", "separator")
        )
        let lock = SetSeparation(
            separationID: "x",
            kind: .dynamic,
            name: "x",
            roleIDs: ["manager", "teacher"]
        )
        for actor in ["low", "root"] {
            guard case .separated = try scenario.refusal(of: lock, by: .user(actor)) else {
                Issue.record("Admin, which inherits both, could not be used any more.")
                continue
            }
        }
        let others = SetSeparation(separationID: "y", kind: .dynamic, name: "y", roleIDs: ["manager", "cashier"])
        guard case .selfEscalation = try scenario.refusal(of: others, by: .user("low")) else {
            return #expect(Bool(false))
        }
        scenario.given(.separate("z", .dynamic, ["auditor", "manager"]))
        #expect(try isSeparated(scenario, ChangeInheritance(.add, roleID: "admin", parentRoleID: "auditor")))
        guard
            case .selfEscalation = try scenario.refusal(
                of: DeleteSeparation(separationID: "z"),
                by: .user("low")
            )
        else { return #expect(Bool(false)) }
    }

    @Test func whatIsAssignedInABranchSeparatesNobodyFromWhatTheyHaveInTheWhole() {
        let scenario = Self.withRoles(
            .separate("dual", .dynamic, ["purchaser", "cashier"]),
            .assign("tom", "purchaser"),
            .assign("tom", "cashier", in: "north")
        )
        #expect(scenario.may("tom", "orders:place", in: .branch("north")) == .allowed)
        #expect(scenario.may("tom", "orders:pay", in: .branch("north")) == .separated)
    }

    @Test func aSessionHoldsNoMoreThanItsUser() throws {
        var scenario = Self.withRoles(.assign("tom", "cashier"), .assign("tom", "admin"))
        let tom = AccessActor.user("tom")
        let end = Scenario.now.seconds(600)
        let others = OpenSession(sessionID: "s", roleIDs: ["purchaser"], expiresAt: end)
        #expect(try scenario.refusal(of: others, by: tom) == .invalid(pointer: "/roleIds/0"))
        let long = OpenSession(sessionID: "s", roleIDs: ["cashier"], expiresAt: Scenario.now.seconds(13 * 3600))
        #expect(try scenario.refusal(of: long, by: tom) == .expired)
        try scenario.carryOut(OpenSession(sessionID: "s", roleIDs: ["cashier"], expiresAt: end), by: tom)
        // What the session leaves out its user can neither do nor give in it.
        let give = AssignRole(userID: "sue", roleID: "student")
        guard case .forbidden = try scenario.refusal(of: give, by: .user("tom", session: "s")) else {
            return #expect(Bool(false))
        }
        _ = try scenario.when(give, by: tom)
        scenario.given(.remove("tom", "cashier"))
        let gone = scenario.model.check("tom", "orders:pay", in: .institution, at: Scenario.now, session: "s")
        #expect(gone == .inactive, "admin would grant it, and is not active")
    }

    @Test func noMoreThanSoManyHaveARole() throws {
        var scenario = Self.withRoles()
        try scenario.carryOut(SetRequirements(roleID: "chief", RoleRequirements(maximumHolders: 1)))
        let plan = try scenario.when(AssignRole(userID: "tom", roleID: "chief"))
        #expect(plan.restsOn.isSuperset(of: AccessEvent.assignmentTypes), "two at once must not both be given it")
        scenario.given(.assign("tom", "chief", until: Scenario.now.seconds(60)))
        #expect(try scenario.refusal(of: AssignRole(userID: "sue", roleID: "chief")) == .full)
        _ = try scenario.when(AssignRole(userID: "sue", roleID: "chief"), at: Scenario.now.seconds(60))
        scenario.given(.assign("sue", "cashier"), .assign("max", "cashier"))
        let late = SetRequirements(roleID: "cashier", RoleRequirements(maximumHolders: 1))
        #expect(try scenario.refusal(of: late) == .full)
    }

    @Test func aRoleTakesHavingAnotherFirst() throws {
        var scenario = Self.withRoles()
        try scenario.carryOut(
            SetRequirements(roleID: "approver", RoleRequirements(prerequisiteRoleIDs: ["purchaser"]))
        )
        #expect(try scenario.refusal(of: AssignRole(userID: "tom", roleID: "approver")) == .prerequisite)
        scenario.given(.assign("tom", "chief", in: "north"))
        #expect(try scenario.refusal(of: AssignRole(userID: "tom", roleID: "approver")) == .prerequisite)
        _ = try scenario.when(AssignRole(userID: "tom", roleID: "approver", branch: "north"))
        scenario.given(.assign("tom", "approver", in: "north"))
        let taking = RemoveRole(userID: "tom", roleID: "chief", branch: "north")
        #expect(try scenario.refusal(of: taking) == .prerequisite)
        scenario.given(.remove("tom", "approver", in: "north"))
        _ = try scenario.when(taking)
        let circular = SetRequirements(roleID: "purchaser", RoleRequirements(prerequisiteRoleIDs: ["approver"]))
        #expect(try scenario.refusal(of: circular) == .cycle)
        scenario.given(.assign("sue", "cashier"))
        let lacking = SetRequirements(roleID: "cashier", RoleRequirements(prerequisiteRoleIDs: ["purchaser"]))
        #expect(try scenario.refusal(of: lacking) == .prerequisite)
    }

    @Test func aRoleOnWhichAnotherRestsIsNotEndedBeforeIt() throws {
        var scenario = Self.withRoles()
        try scenario.carryOut(
            SetRequirements(roleID: "approver", RoleRequirements(prerequisiteRoleIDs: ["purchaser"]))
        )
        let noon = Scenario.now.seconds(3_600)
        scenario.given(
            .assign("tom", "purchaser", in: "north", until: noon.seconds(60)),
            .assign("tom", "approver", in: "north", until: noon)
        )
        func end(_ moment: Timestamp) -> RenewRole {
            RenewRole(userID: "tom", roleID: "purchaser", branch: "north", expiresAt: moment)
        }
        for moment in [Scenario.now.seconds(1), noon.seconds(-1)] {
            #expect(try scenario.refusal(of: end(moment)) == .prerequisite)
        }
        _ = try scenario.when(end(noon))
        _ = try scenario.when(end(noon.seconds(120)))
        // What begins later rests on it, too; what has it in another way does not.
        scenario.given(.remove("tom", "approver", in: "north"))
        _ = try scenario.when(end(Scenario.now.seconds(1)))
        scenario.given(.assign("tom", "approver", in: "north", from: noon.seconds(-60)))
        #expect(try scenario.refusal(of: end(Scenario.now.seconds(1))) == .prerequisite)
        scenario.given(.assign("tom", "chief"))
        _ = try scenario.when(end(Scenario.now.seconds(1)))
    }

    @Test func nobodyHasMoreThanSoManySessions() throws {
        var scenario = Self.withRoles(.assign("tom", "cashier"))
        let end = Scenario.now.seconds(600)
        for number in 0..<OpenSession.mostOpen {
            let opened = RBAC.SessionOpened(sessionID: "\(number)", userID: "tom", roleIDs: [], expiresAt: end)
            scenario.given(.sessionOpened(opened))
        }
        let further = OpenSession(sessionID: "x", roleIDs: [], expiresAt: end)
        #expect(try scenario.refusal(of: further, by: .user("tom")) == .tooManySessions)
        _ = try scenario.when(further, by: .user("sue"))
        let later = OpenSession(sessionID: "x", roleIDs: [], expiresAt: end.seconds(60))
        _ = try scenario.when(later, by: .user("tom"), at: end)
    }
}
