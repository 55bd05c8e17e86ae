import Events
package import Time

/// Deletes a role that nobody holds and no role inherits from.
package struct DeleteRole: AccessCommand {
    /// The role's id.
    package var roleID: String
    /// The version that the caller decided on.
    package var expectedVersion: Int64?

    /// A role to delete.
    package init(roleID: String, expectedVersion: Int64? = nil) {
        self.roleID = roleID
        self.expectedVersion = expectedVersion
    }

    package var permission: BuiltInPermission? { .deleteRoles }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        let (index, role) = try model.role(roleID, for: .deleteRoles, by: actor, at: now)
        try model.refuse(role, unlessAt: expectedVersion)
        let holders = model.activeHolderCount(of: index, at: now)
        guard holders == 0 else {
            throw AccessRefusal(
                .roleInUse,
                "\(holders) \(holders == 1 ? "user has" : "users have") the role \(roleID). Remove it from them first.",
                currentVersion: role.version
            )
        }
        guard role.seniors.isEmpty else {
            let names = role.seniors.compactMap { model.roles[$0]?.id }.prefix(5).joined(separator: ", ")
            throw AccessRefusal(
                .roleInUse,
                "These roles inherit from \(roleID): \(names). Give them another parent first.",
                currentVersion: role.version
            )
        }
        if let separation = model.separations.all.first(where: { $0.roleIDs.contains { ExactKey.same($0, roleID) } }) {
            throw AccessRefusal(
                .roleInUse,
                "The separation \(separation.id) names the role \(roleID). Set it without that role first.",
                currentVersion: role.version
            )
        }
        let dependent = model.roles.entries.compactMap { $0 }.first { role in
            role.requirements.prerequisiteRoleIDs.contains { ExactKey.same($0, roleID) }
        }
        if let dependent {
            throw AccessRefusal(
                .roleInUse,
                "The role \(dependent.id) requires the role \(roleID). Set its requirements without that role first.",
                currentVersion: role.version
            )
        }
        let deleted = RBAC.RoleDeleted(roleID: roleID, branchID: role.branch)
        return AccessPlan(
            [
                .init(
                    stream: AccessStream.role(roleID),
                    expected: .exact(role.version),
                    branch: role.branch,
                    events: [.roleDeleted(deleted)]
                )
            ],
            restsOn: AccessEvent.assignmentTypes
        )
    }
}

extension AccessModel {
    /// How many users have a role somewhere, expired assignments not counted.
    func activeHolderCount(of role: Int32, at now: Timestamp) -> Int {
        holders(of: role).count { user in
            users[user]?.grants.contains { $0.role == role && !$0.isExpired(at: now) } ?? false
        }
    }
}
