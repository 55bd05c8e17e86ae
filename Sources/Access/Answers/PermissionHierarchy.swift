/// A role in the hierarchy.
package struct RoleInHierarchy: Sendable, Hashable {
    /// The role.
    package var roleID: String
    /// Where it belongs.
    package var branchID: String
    /// The juniors that it inherits from.
    package var parentRoleIDs: [String]
    /// What it grants of itself.
    package var ownPermissions: [String]
    /// All that it grants, what it inherits and what that covers included.
    package var permissions: [String]
    /// All that it denies, what it inherits included.
    package var deniedPermissions: [String]
}

/// A permission among the others.
package struct PermissionInHierarchy: Sendable, Hashable {
    /// The permission's name.
    package var name: String
    /// What it implies directly, by implications that were added.
    package var implied: [String]
    /// All that it covers: by its name, and by implications at any remove.
    package var covered: [String]
}

/// How permissions and roles contain one another.
package struct PermissionHierarchy: Sendable, Hashable {
    /// Every permission, by name.
    package var permissions: [PermissionInHierarchy]
    /// Every role, by id.
    package var roles: [RoleInHierarchy]
}

extension AccessModel {
    /// How permissions and roles contain one another.
    package var hierarchy: PermissionHierarchy {
        let graph = permissions.graph
        let all = permissions.entries.indices.map { Int32($0) }.map { index in
            PermissionInHierarchy(
                name: permissions[index].name,
                implied: names(graph.implied(by: index)),
                covered: names(graph.covered(by: index))
            )
        }
        return PermissionHierarchy(
            permissions: all.sorted { $0.name < $1.name },
            roles: roles.indices.compactMap { roleInHierarchy($0) }.sorted { $0.roleID < $1.roleID }
        )
    }

    private func roleInHierarchy(_ index: Int32) -> RoleInHierarchy? {
        roles[index].map { role in
            RoleInHierarchy(
                roleID: role.id,
                branchID: role.branch,
                parentRoleIDs: role.parents.compactMap { roles[$0]?.id },
                ownPermissions: names(role.own.indices),
                permissions: names(roles.closure(index).indices),
                deniedPermissions: names(roles.denial(index).indices)
            )
        }
    }

    /// The names of permissions, in order.
    func names(_ indices: [Int32]) -> [String] { indices.map { permissions[$0].name }.sorted() }
}
