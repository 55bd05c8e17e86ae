import Access
import Events
import Testing

/// Who may do what to access itself.
struct AuthorityTests {
    @Test func whoeverLacksThePermissionIsToldWhichBeforeAnythingElse() throws {
        var scenario = Scenario.opened()
        scenario.given(.assign("sue", "student"))
        let commands: [(any AccessCommand, String)] = [
            (DefineRole(roleID: "r", branch: RBAC.institutionBranch, name: "r"), "rbac.roles:create"),
            (UpdateRole(roleID: "nobody", name: "x"), "rbac.roles:update"),
            (DeleteRole(roleID: "nobody"), "rbac.roles:delete"),
            (AssignPermission(roleID: "nobody", permissionID: "x:y"), "rbac.role-permissions:assign"),
            (RevokePermission(roleID: "nobody", permissionID: "x:y"), "rbac.role-permissions:revoke"),
            (CreatePermission(name: "x:y"), "rbac.permissions:create"),
            (UpdatePermission(permissionID: "nobody", description: ""), "rbac.permissions:update"),
            (AssignRole(userID: "sue", roleID: "nobody"), "rbac.user-roles:assign"),
            (RemoveRole(userID: "root", roleID: "nobody"), "rbac.user-roles:remove"),
        ]
        for (command, permission) in commands {
            guard case .forbidden(permission, _) = try scenario.refusal(of: command, by: .user("sue")) else {
                Issue.record("\(command) was not refused for want of \(permission).")
                continue
            }
        }
    }

    @Test func aPermissionInOneBranchDoesNothingInAnother() throws {
        var scenario = Scenario.opened()
        scenario.given(.assign("bea", "admin", in: "north"), .defineRole("tutor", in: "south"))
        let bea = AccessActor.user("bea")
        for command: any AccessCommand in [
            DefineRole(roleID: "r", branch: "south", name: "r"),
            AssignRole(userID: "tom", roleID: "student", branch: "south"),
            RemoveRole(userID: "tom", roleID: "student", branch: "south"),
            RenewRole(userID: "tom", roleID: "student", branch: "south", expiresAt: nil),
        ] {
            guard case .forbidden(_, "south") = try scenario.refusal(of: command, by: bea) else {
                Issue.record("\(command) crossed branches.")
                continue
            }
        }
        _ = try scenario.when(DefineRole(roleID: "r", branch: "north", name: "r"), by: bea)
    }

    @Test func aRoleOfAnotherBranchIsNoneToWhoeverSeesNoRolesThere() throws {
        var scenario = Scenario.opened()
        scenario.given(.assign("bea", "admin", in: "north"), .defineRole("tutor", in: "south"))
        let bea = AccessActor.user("bea")
        let commands: [(String) -> any AccessCommand] = [
            { UpdateRole(roleID: $0, name: "x") }, { DeleteRole(roleID: $0) },
            { AssignRole(userID: "tom", roleID: $0) }, { AssignRole(userID: "tom", roleID: $0, branch: "north") },
            { RemoveRole(userID: "tom", roleID: $0) }, { RenewRole(userID: "tom", roleID: $0, expiresAt: nil) },
            { AssignPermission(roleID: $0, permissionID: "rbac.roles:read") },
        ]
        for command in commands {
            #expect(try scenario.refusal(of: command("tutor"), by: bea) == .notFound, "\(command("tutor"))")
            #expect(try scenario.refusal(of: command("nothing"), by: bea) == .notFound)
        }
    }

    @Test func nobodyGivesARoleThatHoldsMoreThanTheyDo() throws {
        var scenario = Scenario.opened()
        scenario.given(.assign("mia", "manager", in: "north"))
        let mia = AccessActor.user("mia")
        _ = try scenario.when(AssignRole(userID: "tom", roleID: "teacher", branch: "north"), by: mia)
        let refusal = try scenario.refusal(of: AssignRole(userID: "mia", roleID: "admin", branch: "north"), by: mia)
        guard case .selfEscalation(let missing) = refusal else { return #expect(Bool(false)) }
        #expect(missing.contains("recovery:restore"))
        #expect(!missing.contains("rbac.roles:read"))
    }

    @Test func nobodyGivesForLongerThanTheyHold() throws {
        var scenario = Scenario.opened()
        let end = Scenario.now.seconds(3600)
        scenario.given(.assign("mia", "manager", in: "north", until: end), .assign("max", "student", in: "north"))
        let mia = AccessActor.user("mia")
        for user in ["mia", "max"] {
            for beyond in [nil, end.seconds(1)] {
                let longer = AssignRole(userID: user, roleID: "teacher", branch: "north", expiresAt: beyond)
                guard case .selfEscalation(let missing) = try scenario.refusal(of: longer, by: mia) else {
                    Issue.record("\(user) was given for longer.")
                    continue
                }
                #expect(missing.contains("rbac.roles:read"))
            }
            let within = AssignRole(userID: user, roleID: "teacher", branch: "north", expiresAt: end)
            _ = try scenario.when(within, by: mia)
        }
        // Nor by a longer grant of less: each permission for itself.
        scenario.given(.assign("mia", "student", in: "north"))
        _ = try scenario.when(AssignRole(userID: "max", roleID: "student"), by: .user("root"))
        let teacher = AssignRole(userID: "max", roleID: "teacher", branch: "north")
        guard case .selfEscalation = try scenario.refusal(of: teacher, by: mia) else { return #expect(Bool(false)) }
    }

    @Test func nobodyRemovesWhoHoldsMoreThanTheyDo() throws {
        var scenario = Scenario.opened()
        scenario.given(
            .assign("mia", "manager", in: "north"),
            .assign("bea", "admin", in: "north"),
            .assign("tom", "teacher", in: "north")
        )
        let mia = AccessActor.user("mia")
        let superior = RemoveRole(userID: "bea", roleID: "admin", branch: "north")
        guard case .selfEscalation(let missing) = try scenario.refusal(of: superior, by: mia) else {
            return #expect(Bool(false))
        }
        #expect(missing.contains("recovery:restore"))
        _ = try scenario.when(RemoveRole(userID: "tom", roleID: "teacher", branch: "north"), by: mia)
        _ = try scenario.when(RemoveRole(userID: "mia", roleID: "manager", branch: "north"), by: mia)
        _ = try scenario.when(superior, by: .user("root"))
    }

    @Test func whereElseSomebodyHasARoleIsNotTold() throws {
        var scenario = Scenario.opened()
        scenario.given(
            .assign("mia", "manager", in: "north"),
            .assign("tom", "teacher", in: "north"),
            .assign("tom", "teacher", in: "south")
        )
        let plan = try scenario.when(RemoveRole(userID: "tom", roleID: "teacher"), by: .user("mia"))
        guard case .roleRemoved(let removed) = plan.events.first else { return #expect(Bool(false)) }
        #expect(removed.branchID == "north")
        #expect(try scenario.refusal(of: RemoveRole(userID: "tom", roleID: "teacher")) == .ambiguous)
    }

    @Test func nobodyPutsIntoARoleWhatTheyDoNotHold() throws {
        var scenario = Scenario.opened()
        scenario.given(
            .createPermission("grades:write"),
            .defineRole(
                "editor",
                in: "north",
                [
                    "rbac.roles:create", "rbac.roles:update", "rbac.role-permissions:assign",
                ]
            ),
            .defineRole("rich", in: "north", ["grades:write"]),
            .defineRole("poor", in: "north"),
            .assign("eve", "editor", in: "north")
        )
        let attempts: [any AccessCommand] = [
            AssignPermission(roleID: "editor", permissionID: "grades:write"),
            UpdateRole(roleID: "editor", permissionIDs: ["rbac.roles:update", "grades:write"]),
            UpdateRole(roleID: "editor", parentRoleIDs: ["rich"]),
            UpdateRole(roleID: "poor", parentRoleIDs: ["admin"]),
            DefineRole(roleID: "r", branch: "north", name: "r", permissionIDs: ["grades:write"]),
            DefineRole(roleID: "r", branch: "north", name: "r", parentRoleIDs: ["rich"]),
        ]
        for attempt in attempts {
            guard case .selfEscalation = try scenario.refusal(of: attempt, by: .user("eve")) else {
                Issue.record("\(attempt) escalated.")
                continue
            }
        }
        _ = try scenario.when(UpdateRole(roleID: "editor", permissionIDs: ["rbac.roles:update"]), by: .user("eve"))
    }

    @Test func anExpiredActorMayNothing() throws {
        var scenario = Scenario.opened()
        scenario.given(.assign("bea", "admin", until: Scenario.now))
        guard case .forbidden = try scenario.refusal(of: DeleteRole(roleID: "student"), by: .user("bea")) else {
            return #expect(Bool(false))
        }
    }

    @Test func theLastAdministratorStays() throws {
        var scenario = Scenario.opened()
        let attempts: [any AccessCommand] = [
            RemoveRole(userID: "root", roleID: "admin"),
            RevokePermission(roleID: "admin", permissionID: "rbac.role-permissions:assign"),
            UpdateRole(roleID: "admin", permissionIDs: []),
        ]
        for attempt in attempts { #expect(try scenario.refusal(of: attempt) == .lastAdministrator) }
        scenario.given(.assign("bea", "admin"))
        _ = try scenario.when(RemoveRole(userID: "root", roleID: "admin"))
    }

    @Test func anAdministratorWhoseTimeRunsOutIsNotASuccessor() throws {
        var scenario = Scenario.opened()
        scenario.given(
            .assign("bea", "admin", until: Scenario.now.seconds(3600)),
            .assign("ben", "admin", in: "north")
        )
        #expect(try scenario.refusal(of: RemoveRole(userID: "root", roleID: "admin")) == .lastAdministrator)
    }

    @Test func administeringMayComeFromSeveralRolesTogether() throws {
        var scenario = Scenario.opened()
        let permissions = BuiltInPermission.administration.map(\.name)
        scenario.given(
            .defineRole("first", Array(permissions.prefix(4))),
            .defineRole("rest", Array(permissions.dropFirst(4))),
            .assign("bea", "first"),
            .assign("bea", "rest")
        )
        _ = try scenario.when(RemoveRole(userID: "root", roleID: "admin"))
        scenario.given(.remove("bea", "rest"))
        #expect(try scenario.refusal(of: RemoveRole(userID: "root", roleID: "admin")) == .lastAdministrator)
    }

    @Test func removingAnAdministratorRestsOnNoOtherBeingRemovedMeanwhile() throws {
        var scenario = Scenario.opened()
        scenario.given(.assign("bea", "admin"), .assign("tom", "teacher"))
        let administrator = try scenario.when(RemoveRole(userID: "root", roleID: "admin"))
        #expect(administrator.restsOn.isSuperset(of: AccessEvent.assignmentTypes))
        let teacher = try scenario.when(RemoveRole(userID: "tom", roleID: "teacher"))
        #expect(teacher.restsOn.isDisjoint(with: AccessEvent.assignmentTypes))
    }
}
