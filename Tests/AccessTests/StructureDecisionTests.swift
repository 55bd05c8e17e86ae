import Access
import Events
import Testing

/// Inheritance, denials, implications, requirements and templates, as commands.
struct StructureDecisionTests {
    private static let eve = AccessActor.user("eve")

    /// Eve may change everything about roles in the north, and read grades there; nothing else.
    private static func withEve() -> Scenario {
        var scenario = Scenario.opened()
        scenario.given(
            .createPermission("grades:read"),
            .createPermission("grades:write"),
            .grant("admin", "grades:write"),
            .defineRole(
                "editor",
                in: "north",
                [
                    "rbac.roles:create", "rbac.roles:update", "rbac.role-permissions:assign", "rbac.role-parents:add",
                    "rbac.role-parents:remove", "rbac.role-denials:deny", "rbac.role-denials:lift",
                    "rbac.role-templates:adopt", "rbac.user-roles:assign", "rbac.user-roles:remove",
                    "rbac.user-roles:renew", "grades:read",
                ]
            ),
            .defineRole("reader", in: "north", ["grades:read"]),
            .defineRole("writer", in: "north", ["grades:write"]),
            .defineRole("plain", in: "north"),
            .assign("eve", "editor", in: "north")
        )
        return scenario
    }

    @Test func aRoleInheritsFromSeveral() throws {
        var scenario = Scenario.opened()
        scenario.given(
            .createPermission("a:read"),
            .createPermission("b:read"),
            .grant("admin", "a:read"),
            .grant("admin", "b:read"),
            .defineRole("a", ["a:read"]),
            .defineRole("b", ["b:read"]),
            .defineRole("both", parent: "a"),
            .assign("tom", "both")
        )
        try scenario.carryOut(ChangeInheritance(.add, roleID: "both", parentRoleID: "b"))
        #expect(scenario.may("tom", "a:read") == .allowed)
        #expect(scenario.may("tom", "b:read") == .allowed)
        let again = ChangeInheritance(.add, roleID: "both", parentRoleID: "b")
        #expect(try scenario.refusal(of: again) == .alreadyAssigned)
        try scenario.carryOut(ChangeInheritance(.remove, roleID: "both", parentRoleID: "a"))
        #expect(scenario.may("tom", "a:read") == .notGranted)
        #expect(scenario.may("tom", "b:read") == .allowed)
    }

    @Test func aCycleThroughAnyParentIsRefused() throws {
        var scenario = Scenario.opened()
        scenario.given(.defineRole("a"), .defineRole("b"), .defineRole("c"), .inherit("b", "a"), .inherit("c", "b"))
        scenario.given(.inherit("b", "student"))
        #expect(try scenario.refusal(of: ChangeInheritance(.add, roleID: "a", parentRoleID: "c")) == .cycle)
        #expect(try scenario.refusal(of: ChangeInheritance(.add, roleID: "student", parentRoleID: "c")) == .cycle)
        #expect(try scenario.refusal(of: UpdateRole(roleID: "a", parentRoleIDs: ["teacher", "c"])) == .cycle)
        #expect(try scenario.refusal(of: ChangeInheritance(.add, roleID: "a", parentRoleID: "a")) == .cycle)
    }

    @Test func nobodyGainsByStructureWhatTheyDoNotHold() throws {
        let scenario = Self.withEve()
        let attempts: [any AccessCommand] = [
            ChangeInheritance(.add, roleID: "editor", parentRoleID: "writer"),
            ChangeInheritance(.add, roleID: "plain", parentRoleID: "admin"),
            UpdateRole(roleID: "editor", parentRoleIDs: ["reader", "writer"]),
            DefineRole(roleID: "x", branch: "north", name: "x", templateRoleID: "admin"),
            DefineRole(roleID: "x", branch: "north", name: "x", parentRoleIDs: ["reader", "writer"]),
            AssignPermission(roleID: "plain", permissionID: "grades:write"),
        ]
        for attempt in attempts {
            guard case .selfEscalation = try scenario.refusal(of: attempt, by: Self.eve) else {
                Issue.record("\(attempt) escalated.")
                continue
            }
        }
        _ = try scenario.when(ChangeInheritance(.add, roleID: "plain", parentRoleID: "reader"), by: Self.eve)
    }

    @Test func whatARoleHasByAnotherWayIsGivenOnceMore() throws {
        // The role would keep it when the other way ends.
        var scenario = Self.withEve()
        scenario.given(.inherit("plain", "writer"), .defineRole("other", in: "north", ["grades:write"]))
        for attempt: any AccessCommand in [
            AssignPermission(roleID: "plain", permissionID: "grades:write"),
            UpdateRole(roleID: "plain", permissionIDs: ["grades:write"]),
            ChangeInheritance(.add, roleID: "plain", parentRoleID: "other"),
        ] {
            guard case .selfEscalation = try scenario.refusal(of: attempt, by: Self.eve) else {
                Issue.record("\(attempt) was allowed.")
                continue
            }
        }
    }

    @Test func whatCoversMoreTakesHoldingMore() throws {
        // To hold `grades:read` is not to hold what `grades:manage` covers.
        var scenario = Self.withEve()
        scenario.given(.createPermission("grades:manage"), .createPermission("grades.drafts:read"))
        let wide = AssignPermission(roleID: "plain", permissionID: "grades:manage")
        guard case .selfEscalation(let missing) = try scenario.refusal(of: wide, by: Self.eve) else {
            return #expect(Bool(false))
        }
        #expect(missing == ["grades:write", "grades:manage"])
        _ = try scenario.when(AssignPermission(roleID: "plain", permissionID: "grades.drafts:read"), by: Self.eve)
    }

    @Test func nobodyDeniesOrLiftsWhatTheyDoNotHold() throws {
        var scenario = Self.withEve()
        scenario.given(.deny("reader", "grades:write"))
        let attempts: [any AccessCommand] = [
            ChangeDenial(.deny, roleID: "plain", permissionID: "grades:write"),
            ChangeDenial(.lift, roleID: "reader", permissionID: "grades:write"),
            UpdateRole(roleID: "reader", deniedPermissionIDs: []),
            AssignRole(userID: "tom", roleID: "reader", branch: "north"),
            DefineRole(roleID: "x", branch: "north", name: "x", deniedPermissionIDs: ["grades:write"]),
        ]
        for attempt in attempts {
            guard case .selfEscalation = try scenario.refusal(of: attempt, by: Self.eve) else {
                Issue.record("\(attempt) was allowed.")
                continue
            }
        }
        scenario.given(.assign("eve", "reader", in: "north"))
        guard
            case .selfEscalation = try scenario.refusal(
                of: RemoveRole(userID: "eve", roleID: "reader", branch: "north"),
                by: Self.eve
            )
        else { return #expect(Bool(false), "Eve freed herself of a denial.") }
        // A denial of grades:read reaches what includes it, and so takes more than to hold it.
        let reaching = ChangeDenial(.deny, roleID: "plain", permissionID: "grades:read")
        guard case .selfEscalation = try scenario.refusal(of: reaching, by: Self.eve) else {
            return #expect(Bool(false))
        }
        _ = try scenario.when(ChangeDenial(.deny, roleID: "plain", permissionID: "grades:write"))
    }

    @Test func theLastAdministratorIsNotDeniedWhatTheyNeed() throws {
        var scenario = Scenario.opened()
        scenario.given(.defineRole("locked"), .deny("locked", "rbac.roles:create"))
        let attempts: [any AccessCommand] = [
            ChangeDenial(.deny, roleID: "admin", permissionID: "rbac.user-roles:assign"),
            ChangeDenial(.deny, roleID: "student", permissionID: "rbac.roles:read"),
            ChangeInheritance(.add, roleID: "student", parentRoleID: "locked"),
            AssignRole(userID: "root", roleID: "locked"),
            AssignRole(userID: "root", roleID: "locked", startsAt: Scenario.now.seconds(60)),
            RenewRole(userID: "root", roleID: "admin", expiresAt: Scenario.now.seconds(60)),
        ]
        for attempt in attempts {
            #expect(try scenario.refusal(of: attempt) == .lastAdministrator, "\(attempt)")
        }
        scenario.given(.assign("bea", "admin"))
        _ = try scenario.when(AssignRole(userID: "root", roleID: "locked"))
    }

    @Test func anAdministratorWhoIsYetToBeginIsNotASuccessor() throws {
        var scenario = Scenario.opened()
        scenario.given(.assign("bea", "admin", from: Scenario.now.seconds(1)))
        #expect(try scenario.refusal(of: RemoveRole(userID: "root", roleID: "admin")) == .lastAdministrator)
    }

    @Test func implicationsTakeHoldingBothInTheInstitution() throws {
        var scenario = Self.withEve()
        scenario.given(
            .createPermission("fees:read"),
            .grant("admin", "fees:read"),
            .grant("editor", "rbac.implications:add"),
            .defineRole("implier", ["rbac.implications:add", "grades:read"]),
            .assign("ian", "implier")
        )
        let command = ChangeImplication(.add, permissionID: "grades:read", impliedID: "fees:read")
        guard case .forbidden = try scenario.refusal(of: command, by: Self.eve) else { return #expect(Bool(false)) }
        guard case .selfEscalation = try scenario.refusal(of: command, by: .user("ian")) else {
            return #expect(Bool(false))
        }
        _ = try scenario.when(command)
        let known = ChangeImplication(.add, permissionID: "grades:write", impliedID: "grades:read")
        #expect(try scenario.refusal(of: known) == .alreadyAssigned, "it follows from the name")
        scenario.given(.createPermission("x:go"), .createPermission("y:go"), .imply("x:go", "y:go"))
        #expect(try scenario.refusal(of: ChangeImplication(.add, permissionID: "y:go", impliedID: "x:go")) == .cycle)
        #expect(try scenario.refusal(of: ChangeImplication(.add, permissionID: "y:go", impliedID: "y:go")) == .cycle)
    }

    @Test func aPermissionThatCoversOthersBringsNobodyWhatWasTakenFromThem() throws {
        var scenario = Scenario.opened()
        scenario.given(.revoke("admin", "log.personal:read"), .revoke("auditor", "log.personal:read"))
        guard case .selfEscalation(let missing) = try scenario.refusal(of: CreatePermission(name: "log:read")) else {
            return #expect(Bool(false))
        }
        #expect(missing == ["log.personal:read"])
        _ = try scenario.when(CreatePermission(name: "library:read"))
    }

    @Test func nobodyTakesFromARoleWhatTheyDoNotHold() throws {
        var scenario = Self.withEve()
        scenario.given(
            .grant("editor", "rbac.role-permissions:revoke"),
            .inherit("plain", "writer"),
            .defineRole("stripper", ["rbac.role-permissions:revoke", "rbac.roles:update", "rbac.role-parents:remove"]),
            .assign("low", "stripper")
        )
        for (attempt, actor): (any AccessCommand, String) in [
            (RevokePermission(roleID: "writer", permissionID: "grades:write"), "eve"),
            (ChangeInheritance(.remove, roleID: "plain", parentRoleID: "writer"), "eve"),
            (UpdateRole(roleID: "plain", parentRoleIDs: []), "eve"),
            (RevokePermission(roleID: "admin", permissionID: "recovery:restore"), "low"),
            (UpdateRole(roleID: "manager", permissionIDs: []), "low"),
        ] {
            guard case .selfEscalation = try scenario.refusal(of: attempt, by: .user(actor)) else {
                Issue.record("\(attempt) was allowed.")
                continue
            }
        }
    }

    @Test func whatConcernsAdministrationRestsOnNobodyBeingRemovedMeanwhile() throws {
        var scenario = Scenario.opened()
        scenario.given(.assign("bea", "admin"), .defineRole("other", ["rbac.roles:create"]))
        for command: any AccessCommand in [
            RevokePermission(roleID: "other", permissionID: "rbac.roles:create"),
            UpdateRole(roleID: "other", permissionIDs: []),
            ChangeDenial(.deny, roleID: "other", permissionID: "rbac.roles:create"),
        ] {
            #expect(try scenario.when(command).restsOn.isSuperset(of: AccessEvent.assignmentTypes), "\(command)")
        }
        let harmless = AssignPermission(roleID: "other", permissionID: "logs:export")
        #expect(try scenario.when(harmless).restsOn.isDisjoint(with: AccessEvent.assignmentTypes))
    }

    @Test func implicationsNeitherDenyNorFreeWhatTheActorDoesNotHold() throws {
        var scenario = Self.withEve()
        for name in ["x.a:read", "x.a:manage", "q:go"] {
            scenario.given(.createPermission(name), .grant("admin", name))
        }
        scenario.given(
            .defineRole("implier", ["rbac.implications:add", "rbac.implications:remove", "x.a:read", "q:go"]),
            .defineRole("denier"),
            .deny("denier", "q:go"),
            .assign("ian", "implier")
        )
        let ian = AccessActor.user("ian")
        let add = ChangeImplication(.add, permissionID: "x.a:read", impliedID: "q:go")
        guard case .selfEscalation = try scenario.refusal(of: add, by: ian) else { return #expect(Bool(false)) }
        try scenario.carryOut(add)
        let remove = ChangeImplication(.remove, permissionID: "x.a:read", impliedID: "q:go")
        guard case .selfEscalation = try scenario.refusal(of: remove, by: ian) else { return #expect(Bool(false)) }
    }

    @Test func aTemplatesChangeIsOfferedAndTakenOver() throws {
        var scenario = Scenario.opened()
        for name in ["a:read", "b:read", "c:read"] {
            scenario.given(.createPermission(name), .grant("admin", name))
        }
        try scenario.carryOut(
            DefineRole(
                roleID: "t",
                branch: RBAC.institutionBranch,
                name: "t",
                permissionIDs: ["a:read", "b:read"],
                isTemplate: true
            )
        )
        try scenario.carryOut(DefineRole(roleID: "r", branch: "north", name: "r", templateRoleID: "t"))
        scenario.given(.assign("tom", "r", in: "north"), .revoke("r", "b:read"), .grant("r", "rbac.roles:read"))
        #expect(scenario.may("tom", "a:read", in: .branch("north")) == .allowed)
        #expect(try scenario.when(AdoptTemplate(roleID: "r")).appends.isEmpty, "the template is as it was")

        scenario.given(.grant("t", "c:read"), .revoke("t", "a:read"))
        let offer = try scenario.model.templateOffer(forRole: "r")
        #expect(offer.added == ["c:read"])
        #expect(offer.removed == ["a:read"])
        try scenario.carryOut(AdoptTemplate(roleID: "r"))
        #expect(scenario.may("tom", "c:read", in: .branch("north")) == .allowed)
        #expect(scenario.may("tom", "a:read", in: .branch("north")) == .notGranted)
        #expect(scenario.may("tom", "b:read", in: .branch("north")) == .notGranted, "what the role gave up stays so")
        #expect(scenario.may("tom", "rbac.roles:read", in: .branch("north")) == .allowed)
        #expect(try scenario.when(AdoptTemplate(roleID: "r")).appends.isEmpty)
        let nobody = DefineRole(roleID: "x", branch: "north", name: "x", templateRoleID: "r")
        #expect(try scenario.refusal(of: nobody) == .invalid(pointer: "/templateRoleId"))
    }
}
