import Access
import Events
import Testing
import Time

/// The compiled model against the plainest possible evaluation of the same events.
struct CompiledModelTests {
    private static let resources = ["students", "students.grades", "students.grades.drafts", "staff", "fees"]
    private static let actions = ["read", "write", "manage", "publish"]
    private static let branches = ["institution", "north", "south"]
    private static let users = (0..<8).map { "user\($0)" }
    private static let roles = (0..<12).map { "role\($0)" }
    private static let moments = [0, 50, 150].map { Scenario.now.seconds($0) }

    /// A history in which anything may happen to anything.
    struct History {
        var scenario = Scenario()
        var plain = PlainAccess()
        var random: Generator

        mutating func record(_ event: AccessEvent) {
            scenario.given(event)
            plain.apply(event)
        }

        mutating func any(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }

        mutating func permission() -> String { any(plain.permissions.sorted()) }

        /// One more event, if it is one that a command could have led to.
        mutating func goOn() {
            let role = any(CompiledModelTests.roles)
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                let name = "\(any(CompiledModelTests.resources)):\(any(CompiledModelTests.actions))"
                if !plain.permissions.contains(name) { record(.createPermission(name)) }
            case 1, 2:
                if plain.roles[role] == nil {
                    record(.defineRole(role, parent: plain.roles.keys.sorted().randomElement(using: &random)))
                }
            case 3:
                if !plain.roles.values.contains(where: { $0.parents.contains(role) }) {
                    record(.roleDeleted(RBAC.RoleDeleted(roleID: role, branchID: "institution")))
                }
            case 4, 5:
                let parent = any(CompiledModelTests.roles)
                if plain.roles[parent] != nil, !plain.lineage(parent).contains(role) { record(.inherit(role, parent)) }
            case 6: record(.disinherit(role, any(CompiledModelTests.roles)))
            case 7, 8: record(.grant(role, permission()))
            case 9: record(.revoke(role, permission()))
            case 10: record(.deny(role, permission()))
            case 11: record(.lift(role, permission()))
            case 12: record(.imply(permission(), permission()))
            case 13: record(.unimply(permission(), permission()))
            case 14:
                let members = Set((0..<3).map { _ in any(CompiledModelTests.roles) }).sorted()
                if members.count >= 2 { record(.separate("s\(role)", .dynamic, members)) }
            case 15: record(.separationDeleted(.init(separationID: "s\(role)")))
            case 16: record(.remove(any(CompiledModelTests.users), role, in: any(CompiledModelTests.branches)))
            default:
                let start =
                    Bool.random(using: &random) ? nil : Scenario.now.seconds(Int64.random(in: 0...100, using: &random))
                let end =
                    Bool.random(using: &random) ? nil : Scenario.now.seconds(Int64.random(in: 0...200, using: &random))
                let (user, branch) = (any(CompiledModelTests.users), any(CompiledModelTests.branches))
                record(.assign(user, role, in: branch, from: start, until: end))
            }
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func theCompiledModelAnswersAsTheEventsDo(seed: UInt64) async {
        var history = History(random: Generator(state: seed))
        for resource in Self.resources.dropLast() {
            for action in ["read", "write"] { history.record(.createPermission("\(resource):\(action)")) }
        }
        for round in 0..<500 {
            history.goOn()
            if round % 250 == 249 { await compare(history) }
        }
    }

    private func compare(_ history: History) async {
        for user in Self.users {
            // Others have tests, too.
            await Task.yield()
            for permission in history.plain.permissions {
                for branch in Self.branches {
                    for moment in Self.moments {
                        let compiled = history.scenario.may(user, permission, in: .branch(branch), at: moment)
                        let plain = history.plain.allows(user, permission, branch, at: moment)
                        #expect(compiled.isAllowed == plain, "\(user) \(permission) \(branch) \(moment): \(compiled)")
                    }
                }
            }
        }
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func inASessionOnlyTheActiveRolesCount(seed: UInt64) async {
        var history = History(random: Generator(state: seed + 1_000))
        for resource in Self.resources { history.record(.createPermission("\(resource):read")) }
        for _ in 0..<400 { history.goOn() }
        for user in Self.users {
            await Task.yield()
            let active = Set((0..<2).map { _ in history.any(history.plain.roles.keys.sorted()) })
            let opened = RBAC.SessionOpened(
                sessionID: "of-\(user)",
                userID: user,
                roleIDs: active.sorted(),
                expiresAt: Scenario.now.seconds(1_000)
            )
            history.scenario.given(.sessionOpened(opened))
            for permission in history.plain.permissions {
                for branch in Self.branches {
                    let compiled = history.scenario.model.check(
                        user,
                        permission,
                        in: .branch(branch),
                        at: Scenario.now,
                        session: "of-\(user)"
                    )
                    let plain = history.plain.allows(user, permission, branch, at: Scenario.now, active: active)
                    #expect(compiled.isAllowed == plain, "\(user) \(permission) \(branch): \(compiled)")
                    // The same by the roles themselves, for what is done when the session is over.
                    let later = history.scenario.model.check(
                        user,
                        permission,
                        in: .branch(branch),
                        at: Scenario.now,
                        activating: active.sorted()
                    )
                    #expect(later == compiled, "\(user) \(permission) \(branch): \(later)")
                }
            }
        }
    }
}
