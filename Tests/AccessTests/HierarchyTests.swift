import Access
import Events
import Testing

/// Roles as they inherit, and lists of permissions.
struct HierarchyTests {
    @Test func theTemplatesInheritFromAdminDownToStudent() throws {
        let hierarchy = Scenario.opened().model.hierarchy.roles
        #expect(hierarchy.map(\.roleID) == ["admin", "auditor", "manager", "student", "teacher"])
        #expect(hierarchy.map(\.parentRoleIDs) == [["manager"], [], ["teacher"], [], ["student"]])
        let byID = Dictionary(uniqueKeysWithValues: hierarchy.map { ($0.roleID, Set($0.permissions)) })
        let ranks = try ["student", "teacher", "manager", "admin"].map { try #require(byID[$0]) }
        for (junior, senior) in zip(ranks, ranks.dropFirst()) { #expect(junior.isStrictSubset(of: senior)) }
        #expect(ranks.last == Set(BuiltInPermission.allCases.map(\.name)))
    }

    @Test func aListOfPermissionsIsSortedByWhatItComesTo() {
        let chain = Scenario.opened().model.validate(
            chain: ["rbac.roles:read", "grades:read", "nonsense", "rbac.roles:read", "recovery:restore"]
        )
        #expect(chain.known == ["rbac.roles:read", "recovery:restore"])
        #expect(chain.unknown == ["grades:read"])
        #expect(chain.malformed == ["nonsense"])
        #expect(chain.repeated == ["rbac.roles:read"])
        #expect(!chain.isValid)
        #expect(Scenario.opened().model.validate(chain: ["rbac.roles:read"]).isValid)
    }
}
