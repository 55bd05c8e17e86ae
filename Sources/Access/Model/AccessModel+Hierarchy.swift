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
    /// All that it grants, inherited permissions included.
    package var permissions: [String]
}

/// What a list of permission names comes to.
package struct PermissionChain: Sendable, Hashable {
    /// Those there are, each once, in their order.
    package var known: [String] = []
    /// Those that are well-formed, but not there.
    package var unknown: [String] = []
    /// Those that are no names of permissions.
    package var malformed: [String] = []
    /// Those that come again.
    package var repeated: [String] = []

    /// Whether a role could be given exactly these.
    package var isValid: Bool { unknown.isEmpty && malformed.isEmpty && repeated.isEmpty }
}

extension AccessModel {
    /// Every role, by id.
    package var hierarchy: [RoleInHierarchy] {
        roles.entries.indices.compactMap { index in
            roles[Int32(index)].map { role in
                RoleInHierarchy(
                    roleID: role.id,
                    branchID: role.branch,
                    parentRoleIDs: role.parents.compactMap { roles[$0]?.id },
                    ownPermissions: names(of: role.own),
                    permissions: names(of: roles.closure(Int32(index)))
                )
            }
        }
        .sorted { $0.roleID < $1.roleID }
    }

    /// Sorts names of permissions by what they come to.
    package func validate(chain names: [String]) -> PermissionChain {
        var chain = PermissionChain()
        var seen: Set<ExactKey> = []
        for name in names {
            if !seen.insert(ExactKey(name)).inserted {
                chain.repeated.append(name)
            } else if permissions.index(name: name) != nil {
                chain.known.append(name)
            } else if PermissionName(name) == nil {
                chain.malformed.append(name)
            } else {
                chain.unknown.append(name)
            }
        }
        return chain
    }

    private func names(of set: PermissionSet) -> [String] {
        set.indices.map { permissions[$0].name }.sorted()
    }
}
