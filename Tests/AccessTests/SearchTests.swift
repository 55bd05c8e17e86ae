import Access
import Events
import Testing
import Time

/// Searches against the check itself, over random models: all that is found is allowed, and nobody is left out.
struct SearchTests {
    private static let permissions = (0..<6).map { "thing\($0):read" } + ["branch:close", "thing0:write"]
    // Composed and decomposed, and in an order that is not that of Swift's strings.
    private static let users = ["ann", "Ann", "jose\u{301}", "jos\u{e9}", "zoë", "u1", "u10", "u2"]
    private static let branches = ["north", "south", "Straße", "institution"]
    private static let now = Scenario.now

    @Test(arguments: 0..<60 as Range<UInt64>)
    func subjectsAreExactlyThoseWhomACheckAllows(seed: UInt64) {
        let model = Self.randomModel(seed)
        for permission in Self.permissions + ["no:such"] {
            for scope in Self.scopes {
                let expected = Self.users
                    .filter { model.check($0, permission, in: scope, at: Self.now).isAllowed }
                    .sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
                let all = model.subjects(holding: permission, in: scope, at: Self.now, limit: 100)
                #expect(all.map { Array($0.utf8) } == expected.map { Array($0.utf8) }, "\(permission) \(scope)")
                for limit in 1...3 {
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

    @Test(arguments: 0..<60 as Range<UInt64>)
    func permissionsAreExactlyThoseThatACheckAllows(seed: UInt64) {
        let model = Self.randomModel(seed)
        for user in Self.users + ["nobody"] {
            for scope in Self.scopes {
                let expected = Self.permissions
                    .filter { model.check(user, $0, in: scope, at: Self.now).isAllowed }.sorted()
                #expect(model.permissions(of: user, in: scope, at: Self.now).map(\.name) == expected)
            }
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
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

    private static var scopes: [AccessScope] {
        [.institution, .anywhere] + branches.map { .branch($0) } + [.branch("west")]
    }

    private static func randomModel(_ seed: UInt64) -> AccessModel {
        var random = SeededGenerator(state: seed)
        var scenario = Scenario()
        for permission in permissions { scenario.given(.createPermission(permission)) }
        var roles: [String] = []
        for _ in 0..<Int.random(in: 5..<60, using: &random) {
            let role = roles.randomElement(using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                let id = "role\(roles.count)"
                scenario.given(
                    .defineRole(
                        id,
                        in: branches.randomElement(using: &random) ?? "",
                        parent: role,
                        permissions.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
                    )
                )
                roles.append(id)
            case 2: if let role { scenario.given(.revoke(role, permissions.randomElement(using: &random) ?? "")) }
            case 3:
                guard let role else { continue }
                scenario.given(
                    .remove(
                        users.randomElement(using: &random) ?? "",
                        role,
                        in: branches.randomElement(using: &random) ?? ""
                    )
                )
            default:
                guard let role else { continue }
                let end: Timestamp? = [nil, nil, now.seconds(-1), now.seconds(1)].randomElement(using: &random) ?? nil
                scenario.given(
                    .assign(
                        users.randomElement(using: &random) ?? "",
                        role,
                        in: branches.randomElement(using: &random) ?? "",
                        until: end
                    )
                )
            }
        }
        return scenario.model
    }
}

/// SplitMix64, so that a failing seed fails again.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
