import Access
import Events
import Testing
import Time

/// The compiled model against the plainest possible evaluation of the same events.
struct CompiledModelTests {
    @Test(arguments: 0..<30 as Range<UInt64>)
    func theCompiledModelAnswersAsTheEventsDo(seed: UInt64) {
        var random = Generator(state: seed)
        var scenario = Scenario()
        var plain = PlainAccess()
        let permissions = (0..<70).map { "thing\($0):read" }
        let roles = (0..<12).map { "role\($0)" }
        let users = (0..<9).map { "user\($0)" }
        let branches = ["institution", "north", "south"]
        for permission in permissions { scenario.given(.createPermission(permission)) }
        for _ in 0..<400 {
            let role = roles.randomElement(using: &random) ?? ""
            let event: AccessEvent
            switch Int.random(in: 0..<10, using: &random) {
            case 0: event = .defineRole(role, parent: plain.roles.keys.sorted().randomElement(using: &random))
            case 1: event = .roleDeleted(RBAC.RoleDeleted(roleID: role, branchID: "institution"))
            case 2:
                let parent = roles.randomElement(using: &random) ?? ""
                guard plain.roles[parent] != nil, !plain.inherits(parent, from: role) else { continue }
                event = .roleUpdated(RBAC.RoleUpdated(roleID: role, branchID: "institution", parentRoleID: parent))
            case 3, 4: event = .grant(role, permissions.randomElement(using: &random) ?? "")
            case 5: event = .revoke(role, permissions.randomElement(using: &random) ?? "")
            case 6, 7, 8:
                let user = users.randomElement(using: &random) ?? ""
                event = .assign(user, role, in: branches.randomElement(using: &random) ?? "")
            default:
                let user = users.randomElement(using: &random) ?? ""
                event = .remove(user, role, in: branches.randomElement(using: &random) ?? "")
            }
            if case .roleDefined = event, plain.roles[role] != nil { continue }
            if case .roleDeleted = event, plain.roles.values.contains(where: { $0.parent == role }) { continue }
            scenario.given(event)
            plain.apply(event)
        }
        for user in users {
            for permission in permissions {
                for branch in branches {
                    #expect(
                        scenario.may(user, permission, in: .branch(branch)).isAllowed
                            == plain.allows(user, permission, branch)
                    )
                }
            }
        }
    }
}

/// Access kept as dictionaries and sets, and walked at each question.
private struct PlainAccess {
    struct Role {
        var parent: String?
        var permissions: Set<String> = []
    }

    struct Assignment: Hashable {
        var user, role, branch: String
    }

    var roles: [String: Role] = [:]
    var assignments: Set<Assignment> = []

    mutating func apply(_ event: AccessEvent) {
        switch event {
        case .roleDefined(let event): roles[event.roleID] = Role(parent: event.parentRoleID)
        case .roleUpdated(let event): roles[event.roleID]?.parent = event.parentRoleID
        case .roleDeleted(let event):
            roles[event.roleID] = nil
            assignments = assignments.filter { $0.role != event.roleID }
        case .permissionAssigned(let event): roles[event.roleID]?.permissions.insert(event.permissionID)
        case .permissionRevoked(let event): roles[event.roleID]?.permissions.remove(event.permissionID)
        case .roleAssigned(let event):
            guard roles[event.roleID] != nil else { return }
            assignments.insert(Assignment(user: event.userID, role: event.roleID, branch: event.branchID))
        case .roleRemoved(let event):
            assignments.remove(Assignment(user: event.userID, role: event.roleID, branch: event.branchID))
        case .permissionCreated, .permissionUpdated, .userRegistered, .tokenIssued, .tokenRevoked: break
        }
    }

    func inherits(_ role: String, from ancestor: String) -> Bool {
        var next: String? = role
        while let current = next {
            if current == ancestor { return true }
            next = roles[current]?.parent
        }
        return false
    }

    func allows(_ user: String, _ permission: String, _ branch: String) -> Bool {
        assignments.contains { assignment in
            guard assignment.user == user, [branch, "institution"].contains(assignment.branch) else { return false }
            var next: String? = assignment.role
            while let current = next.flatMap({ roles[$0] }) {
                if current.permissions.contains(permission) { return true }
                next = current.parent
            }
            return false
        }
    }
}

/// SplitMix64, so that a failing seed fails again.
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
