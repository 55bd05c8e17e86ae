import Access
import Events
import Testing

/// What permissions entail one another, and what denials reach.
struct EntailmentTests {
    private static func school(_ events: AccessEvent...) -> Scenario {
        var scenario = Scenario.opened()
        for name in [
            "students:read", "students:write", "students:manage", "students.grades:read", "students.grades:write",
            "students.grades:publish", "fees:read",
        ] {
            scenario.given(.createPermission(name))
        }
        scenario.given(.defineRole("r"), .defineRole("s"), .assign("tom", "r"))
        for event in events { scenario.given(event) }
        return scenario
    }

    private func allowed(_ scenario: Scenario) -> [String] {
        [
            "students:read", "students:write", "students:manage", "students.grades:read", "students.grades:write",
            "students.grades:publish", "fees:read",
        ].filter { scenario.may("tom", $0) == .allowed }
    }

    @Test func whatIsWithinAResourceIsGrantedWithIt() {
        #expect(allowed(Self.school(.grant("r", "students:read"))) == ["students:read", "students.grades:read"])
    }

    @Test func manageIncludesWriteAndWriteIncludesRead() {
        #expect(
            allowed(Self.school(.grant("r", "students:manage")))
                == [
                    "students:read", "students:write", "students:manage", "students.grades:read",
                    "students.grades:write",
                ]
        )
        #expect(
            allowed(Self.school(.grant("r", "students.grades:write")))
                == ["students.grades:read", "students.grades:write"]
        )
    }

    @Test func otherActionsImplyWhatTheyAreSaidTo() {
        var scenario = Self.school(.grant("r", "students.grades:publish"))
        #expect(allowed(scenario) == ["students.grades:publish"])
        scenario.given(.imply("students.grades:publish", "students.grades:write"))
        #expect(allowed(scenario) == ["students.grades:read", "students.grades:write", "students.grades:publish"])
        scenario.given(.unimply("students.grades:publish", "students.grades:write"))
        #expect(allowed(scenario) == ["students.grades:publish"])
    }

    @Test func aPermissionThatIsCreatedLaterIsCoveredByThoseBefore() {
        var scenario = Self.school(.grant("r", "students:write"))
        scenario.given(.createPermission("students.notes:read"))
        #expect(scenario.may("tom", "students.notes:read") == .allowed)
        #expect(scenario.may("tom", "students.notes:manage") == .notGranted)
    }

    @Test func aNameOfWhichThereIsNoPermissionIsJudgedByThoseThatCoverIt() {
        var scenario = Self.school(.grant("r", "students:write"))
        #expect(scenario.may("tom", "students.grades.drafts:read") == .allowed)
        #expect(scenario.may("tom", "students.grades.drafts:publish") == .notGranted, "there is one for all grades")
        #expect(scenario.may("tom", "studentsx:read") == .unknownPermission)
        #expect(scenario.may("tom", "students.grades.drafts:print") == .unknownPermission)
        #expect(scenario.may("sue", "students.grades.drafts:read") == .notGranted)
        scenario.given(.deny("r", "students.grades:read"))
        #expect(scenario.may("tom", "students.grades.drafts:read") == .denied)
        #expect(scenario.may("tom", "students.photos:read") == .allowed)
    }

    @Test func aDenialOverridesEveryGrantHoweverItCame() {
        let scenario = Self.school(
            .grant("r", "students:manage"),
            .deny("s", "students.grades:read"),
            .assign("tom", "s")
        )
        #expect(allowed(scenario) == ["students:read", "students:write", "students:manage"])
        #expect(scenario.may("tom", "students.grades:write") == .denied)
        #expect(scenario.may("tom", "students.grades:read") == .denied)
    }

    @Test func aDenialReachesWhatIncludesItAndLeavesWhatItIncludes() {
        let scenario = Self.school(.grant("r", "students:manage"), .deny("r", "students:write"))
        #expect(allowed(scenario) == ["students:read", "students.grades:read"])
        #expect(scenario.may("tom", "students:manage") == .denied)
    }

    @Test func whatAdministersABranchLocksNobodyOutWhoAdministersTheInstitution() {
        var scenario = Scenario.opened()
        scenario.given(.defineRole("lock", in: "west"))
        for permission in BuiltInPermission.allCases { scenario.given(.deny("lock", permission.name)) }
        scenario.given(.assign("root", "lock", in: "west"), .assign("bea", "admin", in: "west"))
        for permission in BuiltInPermission.allCases {
            #expect(scenario.may("root", permission.name, in: .branch("west")) == .allowed)
        }
        scenario.given(.assign("bea", "lock", in: "west"))
        #expect(scenario.may("bea", "rbac.roles:read", in: .branch("west")) == .denied)
    }

    @Test func aDenialReachesWhatImpliesIt() {
        let scenario = Self.school(
            .grant("r", "students.grades:publish"),
            .imply("students.grades:publish", "fees:read"),
            .deny("r", "fees:read")
        )
        #expect(allowed(scenario) == [])
    }

    @Test func aDenialIsInheritedAndLifted() {
        var scenario = Self.school(.grant("r", "fees:read"), .deny("s", "fees:read"), .inherit("r", "s"))
        #expect(scenario.may("tom", "fees:read") == .denied)
        scenario.given(.disinherit("r", "s"))
        #expect(scenario.may("tom", "fees:read") == .allowed)
        scenario.given(.inherit("r", "s"), .lift("s", "fees:read"))
        #expect(scenario.may("tom", "fees:read") == .allowed)
    }

    @Test func aDenialInABranchOverridesWhatWasGivenThereAndOneInTheInstitutionEverything() {
        var scenario = Self.school(.grant("r", "fees:read"), .deny("s", "fees:read"))
        scenario.given(
            .assign("sue", "r", in: "north"),
            .assign("sue", "r", in: "south"),
            .assign("sue", "s", in: "north")
        )
        #expect(scenario.may("sue", "fees:read", in: .branch("north")) == .denied)
        #expect(scenario.may("sue", "fees:read", in: .branch("south")) == .allowed)
        #expect(scenario.may("sue", "fees:read", in: .anywhere) == .allowed)
        // Tom has it in the whole institution, and nobody in a branch takes that.
        scenario.given(.assign("tom", "s", in: "north"))
        #expect(scenario.may("tom", "fees:read", in: .branch("north")) == .allowed)
        #expect(scenario.model.branches(where: "tom", has: "fees:read", at: Scenario.now) == nil)
        scenario.given(.assign("tom", "s"))
        #expect(scenario.may("tom", "fees:read", in: .branch("south")) == .denied)
        #expect(scenario.may("tom", "fees:read", in: .anywhere) == .denied)
    }

    @Test func aDenialCountsWhileItsAssignmentDoes() {
        let end = Scenario.now.seconds(60)
        let scenario = Self.school(
            .grant("r", "fees:read"),
            .deny("s", "fees:read"),
            .assign("tom", "s", from: Scenario.now.seconds(30), until: end)
        )
        #expect(scenario.may("tom", "fees:read") == .allowed)
        #expect(scenario.may("tom", "fees:read", at: Scenario.now.seconds(30)) == .denied)
        #expect(scenario.may("tom", "fees:read", at: end) == .allowed)
    }

    @Test func aChainIsToldByWhatItImpliesRepeatsAndContradicts() {
        let model = Self.school(.imply("students.grades:publish", "fees:read")).model
        let chain = model.validate(
            chain: ["students:write", "students:read", "students.grades:publish", "no.such:thing", "nonsense"],
            denied: ["students.grades:read"]
        )
        #expect(chain.known == ["students:write", "students:read", "students.grades:publish"])
        #expect(chain.unknown == ["no.such:thing"])
        #expect(chain.malformed == ["nonsense"])
        #expect(chain.implied == ["fees:read", "students.grades:read", "students.grades:write"])
        #expect(chain.redundant.map { [$0.permission, $0.by] } == [["students:read", "students:write"]])
        #expect(chain.conflicts.map(\.permission) == ["students.grades:read", "students.grades:write"])
        #expect(!chain.isValid)
    }
}
