import Access
import Events
import Time

/// Access kept as dictionaries and sets, and walked at each question: what the compiled model has to agree with.
struct PlainAccess {
    struct Role {
        var parents: Set<String> = []
        var permissions: Set<String> = []
        var denied: Set<String> = []
    }

    struct Key: Hashable {
        var user, role, branch: String
    }

    struct Span {
        var from: Timestamp?
        var until: Timestamp?

        func counts(at now: Timestamp) -> Bool { (from.map { $0 <= now } ?? true) && (until.map { now < $0 } ?? true) }
    }

    var permissions: Set<String> = []
    var implications: [String: Set<String>] = [:]
    var roles: [String: Role] = [:]
    var assignments: [Key: Span] = [:]
    var dynamicSeparations: [String: (roles: [String], cardinality: Int)] = [:]

    mutating func apply(_ event: AccessEvent) {
        switch event {
        case .permissionCreated(let event): permissions.insert(event.name)
        case .implicationAdded(let event):
            implications[event.permissionID, default: []].insert(event.impliedPermissionID)
        case .implicationRemoved(let event): implications[event.permissionID]?.remove(event.impliedPermissionID)
        case .roleDefined(let event): roles[event.roleID] = Role(parents: Set([event.parentRoleID].compactMap(\.self)))
        case .roleUpdated(let event): roles[event.roleID]?.parents = Set([event.parentRoleID].compactMap(\.self))
        case .roleDeleted(let event):
            roles[event.roleID] = nil
            assignments = assignments.filter { $0.key.role != event.roleID }
        case .inheritanceAdded(let event): roles[event.roleID]?.parents.insert(event.parentRoleID)
        case .inheritanceRemoved(let event): roles[event.roleID]?.parents.remove(event.parentRoleID)
        case .permissionAssigned(let event): roles[event.roleID]?.permissions.insert(event.permissionID)
        case .permissionRevoked(let event): roles[event.roleID]?.permissions.remove(event.permissionID)
        case .permissionDenied(let event): roles[event.roleID]?.denied.insert(event.permissionID)
        case .denialLifted(let event): roles[event.roleID]?.denied.remove(event.permissionID)
        case .roleAssigned(let event):
            guard roles[event.roleID] != nil else { return }
            assignments[Key(user: event.userID, role: event.roleID, branch: event.branchID)] = Span(
                from: event.startsAt,
                until: event.expiresAt
            )
        case .roleRemoved(let event):
            assignments[Key(user: event.userID, role: event.roleID, branch: event.branchID)] = nil
        case .separationSet(let event):
            dynamicSeparations[event.separationID] = (event.roleIDs, Int(event.cardinality))
        case .separationDeleted(let event): dynamicSeparations[event.separationID] = nil
        default: break
        }
    }

    func lineage(_ role: String) -> Set<String> {
        var found: Set<String> = []
        var waiting = [role]
        while let next = waiting.popLast() {
            guard let role = roles[next], found.insert(next).inserted else { continue }
            waiting += role.parents
        }
        return found
    }

    func allows(
        _ user: String,
        _ permission: String,
        _ branch: String,
        at now: Timestamp,
        active: Set<String>? = nil
    ) -> Bool {
        let present = assignments.filter { key, span in
            key.user == user && [branch, "institution"].contains(key.branch) && span.counts(at: now)
        }
        .keys
        // A denial counts in a session, too, whether or not its role is active. What was assigned for a branch takes
        // nothing from what was assigned for the institution.
        let denying = present.filter { lineage($0.role).contains { denies($0, permission) } }
        let counting = present.filter { active?.contains($0.role) ?? true }
        return counting.contains { key in
            let beside = { (other: Key) in other.branch == "institution" || key.branch != "institution" }
            let isInert = dynamicSeparations.values.contains { separation in
                func members(_ key: Key) -> Set<String> { lineage(key.role).intersection(separation.roles) }
                let together = counting.filter(beside).reduce(into: Set<String>()) { $0.formUnion(members($1)) }
                return !members(key).isEmpty && together.count >= separation.cardinality
            }
            return !isInert && !denying.contains(where: beside) && lineage(key.role).contains { grants($0, permission) }
        }
    }

    private func grants(_ role: String, _ permission: String) -> Bool {
        roles[role]?.permissions.contains { reaches($0, permission, \.covered) } ?? false
    }

    private func denies(_ role: String, _ permission: String) -> Bool {
        roles[role]?.denied.contains { reaches($0, permission, \.deniedAlong) } ?? false
    }

    private func reaches(_ start: String, _ goal: String, _ next: (Step) -> Set<String>) -> Bool {
        var seen: Set<String> = []
        var waiting = [start]
        while let current = waiting.popLast() {
            if current == goal { return true }
            guard seen.insert(current).inserted else { continue }
            waiting += next(Step(permission: current, access: self))
        }
        return false
    }

    /// What follows from one permission in one step.
    struct Step {
        var permission: String
        var access: PlainAccess

        var covered: Set<String> {
            access.permissions.filter { Self.includes(permission, $0) }
                .union(access.implications[permission] ?? [])
        }

        var deniedAlong: Set<String> {
            let (resource, action) = Self.parts(permission)
            let byName = access.permissions.filter { other in
                let (otherResource, otherAction) = Self.parts(other)
                return Self.isWithin(otherResource, resource) && Self.isAtLeast(otherAction, action)
            }
            let implying = access.implications.filter { $0.value.contains(permission) }.keys
            return byName.union(implying)
        }

        static func includes(_ permission: String, _ other: String) -> Bool {
            let (resource, action) = parts(permission)
            let (otherResource, otherAction) = parts(other)
            return isWithin(otherResource, resource) && isAtLeast(action, otherAction)
        }

        private static func parts(_ name: String) -> (String, String) {
            let parts = name.split(separator: ":").map(String.init)
            return (parts[0], parts[1])
        }

        private static func isWithin(_ narrow: String, _ wide: String) -> Bool {
            narrow == wide || narrow.hasPrefix(wide + ".")
        }

        private static func isAtLeast(_ action: String, _ other: String) -> Bool {
            let order = ["read", "write", "manage"]
            if action == other { return true }
            guard let rank = order.firstIndex(of: action), let otherRank = order.firstIndex(of: other) else {
                return false
            }
            return rank >= otherRank
        }
    }
}

/// SplitMix64, so that a failing seed fails again.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
