import Access
import Events
import Testing
import Time

/// Searches against the check itself, over random models: all that is found is allowed, and nobody is left out.
struct SearchTests {
    private static let resources = [
        "students", "students.grades", "students.grades.drafts", "students.clubs", "staff", "fees",
    ]
    private static let permissions = resources.flatMap { resource in
        ["read", "write", "manage", "publish", "paint"].map { "\(resource):\($0)" }
    }
    private static let users = (0..<8).map { "user\($0)" }
    private static let branches = ["north", "south", "institution"]
    /// Some assignments have begun then, and some are over.
    private static let now = Scenario.now.seconds(50)

    @Test(arguments: 0..<12 as Range<UInt64>)
    func subjectsAreExactlyThoseWhomACheckAllows(seed: UInt64) {
        let model = Self.randomModel(seed)
        for permission in Self.permissions + ["no:such"] {
            for scope in Self.scopes {
                let expected = Self.users
                    .filter { model.check($0, permission, in: scope, at: Self.now).isAllowed }
                    .sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
                let all = model.subjects(holding: permission, in: scope, at: Self.now, limit: 100)
                #expect(all.map { Array($0.utf8) } == expected.map { Array($0.utf8) }, "\(permission) \(scope)")
                for limit in [1, 3] {
                    var paged: [String] = []
                    while true {
                        let page = model.subjects(
                            holding: permission,
                            in: scope,
                            at: Self.now,
                            after: paged.last,
                            limit: limit
                        )
                        #expect(page.count <= limit)
                        paged += page
                        if page.isEmpty { break }
                    }
                    #expect(paged == expected)
                }
                #expect(model.subjects(holding: permission, in: scope, at: Self.now, limit: 0).isEmpty)
            }
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func permissionsAndActionsAreExactlyThoseThatACheckAllows(seed: UInt64) {
        let model = Self.randomModel(seed)
        for user in Self.users + ["nobody"] {
            for scope in Self.scopes {
                let allowed = Self.permissions
                    .filter { model.check(user, $0, in: scope, at: Self.now).isAllowed }.sorted()
                let existing = allowed.filter { model.permissionIDs.contains($0) }
                #expect(model.permissions(of: user, in: scope, at: Self.now).map(\.name) == existing)
                for resource in Self.resources {
                    #expect(
                        model.actions(of: user, on: resource, in: scope, at: Self.now).map { "\(resource):\($0)" }
                            == allowed.filter { $0.hasPrefix(resource + ":") }
                    )
                }
            }
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func branchesAreExactlyThoseInWhichACheckAllows(seed: UInt64) {
        let model = Self.randomModel(seed)
        // West is named by no role and no assignment.
        let named = Set(model.branchNames)
        for user in Self.users {
            for permission in Self.permissions {
                let expected = named.union(["west"])
                    .filter { model.check(user, permission, in: .branch($0), at: Self.now).isAllowed }
                let found = model.branches(where: user, holds: permission, at: Self.now, among: ["west", "north"])
                #expect(Set(found) == expected)
                #expect(found.count == expected.count)
                #expect(found == found.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
            }
        }
    }

    @Test func idsAreToldApartAndOrderedByTheirBytes() {
        var scenario = Scenario()
        scenario.given(.createPermission("thing:read"), .defineRole("reader", ["thing:read"]))
        // Composed and decomposed; in the order of bytes, which is not that of Swift's strings.
        let users = ["Ann", "ann", "jose\u{301}", "jos\u{e9}", "u1", "u10", "u2", "zo\u{eb}"]
        for user in users.reversed() { scenario.given(.assign(user, "reader")) }
        let found = scenario.model.subjects(holding: "thing:read", in: .institution, at: Self.now, limit: 100)
        #expect(found.map { Array($0.utf8) } == users.map { Array($0.utf8) })
    }

    @Test func amongVeryManyUsersTheFirstAreFound() {
        var scenario = Scenario()
        scenario.given(.createPermission("thing:read"), .defineRole("reader", ["thing:read"]))
        let ids = (0..<3_000).map { "user-\(($0 * 7_919) % 3_000)" }
        for id in ids { scenario.given(.assign(id, "reader", in: "north")) }
        let sorted = ids.sorted()
        let first = scenario.model.subjects(holding: "thing:read", in: .branch("north"), at: Self.now, limit: 10)
        #expect(first == Array(sorted.prefix(10)))
        let next = scenario.model.subjects(
            holding: "thing:read",
            in: .branch("north"),
            at: Self.now,
            after: sorted[1_499],
            limit: 10
        )
        #expect(next == Array(sorted[1_500..<1_510]))
        #expect(scenario.model.subjects(holding: "thing:read", in: .institution, at: Self.now, limit: 10).isEmpty)
    }

    private static var scopes: [AccessScope] { [.institution] + (branches + ["west"]).map { .branch($0) } }

    /// Anything may have happened: inheritance, denials, implications, separations, starts and ends.
    private static func randomModel(_ seed: UInt64) -> AccessModel {
        var history = CompiledModelTests.History(random: Generator(state: seed))
        for permission in permissions.prefix(3) { history.record(.createPermission(permission)) }
        for _ in 0..<300 { history.goOn() }
        return history.scenario.model
    }
}
