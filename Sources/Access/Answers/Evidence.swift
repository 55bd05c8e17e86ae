package import Time

/// The event that something in an explanation rests on.
package struct Evidence: Sendable, Hashable {
    /// What it shows.
    package enum Fact: Sendable, Hashable {
        /// A user was assigned a role in a branch.
        case assignment(userID: String, roleID: String, branchID: String)
        /// A role inherits from another.
        case parent(roleID: String, parentRoleID: String)
        /// A role was given a permission.
        case permission(roleID: String, permissionID: String)
        /// A role denies a permission.
        case denial(roleID: String, permissionID: String)
        /// A permission implies another.
        case implication(permissionID: String, impliedID: String)

        /// The fact in a word.
        package var kind: String {
            switch self {
            case .assignment: "assignment"
            case .parent: "parent"
            case .permission: "permission"
            case .denial: "denial"
            case .implication: "implication"
            }
        }

        /// What it is about, in the order of the words above.
        package var names: [String] {
            switch self {
            case .assignment(let user, let role, let branch): [user, role, branch]
            case .parent(let one, let other), .permission(let one, let other), .denial(let one, let other),
                .implication(let one, let other):
                [one, other]
            }
        }
    }

    /// What it shows.
    package var fact: Fact
    /// The position of the event by which it came to be.
    package var position: Int64
    /// When.
    package var at: Timestamp
    /// By whom.
    package var by: String
    /// The position of the restore by which it holds again; nil where it holds since it came to be.
    package var restoredPosition: Int64?
}

extension Explanation {
    /// Everything that it rests on, each once.
    func facts(about user: String, _ model: AccessModel) -> [Evidence.Fact] {
        var facts: [Evidence.Fact] = []
        func add(_ fact: Evidence.Fact) { if !facts.contains(fact) { facts.append(fact) } }
        func id(_ name: String) -> String? { model.permissions.index(name: name).map { model.permissions[$0].id } }
        for (chains, denies) in [(grants, false), (denials, true)] {
            for chain in chains {
                add(.assignment(userID: user, roleID: chain.roleID, branchID: chain.branchID))
                for (role, parent) in zip(chain.lineage, chain.lineage.dropFirst()) {
                    add(.parent(roleID: role, parentRoleID: parent))
                }
                if let role = chain.lineage.last,
                    let permission = chain.permissions.first.flatMap({ id($0.permission) })
                {
                    add(
                        denies
                            ? .denial(roleID: role, permissionID: permission)
                            : .permission(roleID: role, permissionID: permission)
                    )
                }
                for (before, step) in zip(chain.permissions, chain.permissions.dropFirst())
                where step.reason == .implication {
                    guard let one = id(before.permission), let other = id(step.permission) else { continue }
                    add(.implication(permissionID: one, impliedID: other))
                }
            }
        }
        return facts
    }
}
