import Events
package import Time

/// Takes a permission from a role. What the role inherits it keeps.
package struct RevokePermission: AccessCommand {
    /// The role's id.
    package var roleID: String
    /// The permission's id.
    package var permissionID: String
    /// The version of the role that the caller decided on.
    package var expectedVersion: Int64?

    /// A permission to revoke.
    package init(roleID: String, permissionID: String, expectedVersion: Int64? = nil) {
        self.roleID = roleID
        self.permissionID = permissionID
        self.expectedVersion = expectedVersion
    }

    package var permission: BuiltInPermission? { .revokePermissions }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        let (index, role) = try model.role(roleID, for: .revokePermissions, by: actor, at: now)
        try model.refuse(role, unlessAt: expectedVersion)
        guard let permission = model.permissions.index(id: permissionID) else {
            throw AccessRefusal(.notFound, "There is no permission \(permissionID).")
        }
        guard role.own.contains(permission) else {
            let inherits = model.roles.grants(index, permission)
            throw AccessRefusal(
                .notAssigned,
                inherits
                    ? "The role \(roleID) has \(permissionID) from a parent, or by a permission that covers it. Revoke that."
                    : "The role \(roleID) does not have the permission \(permissionID).",
                currentVersion: role.version
            )
        }
        let event = AccessEvent.permissionRevoked(.init(roleID: roleID, permissionID: permissionID))
        let restsOn = try model.refuse([event], changing: index, by: actor, at: now)
        return .change(of: role, [event], restsOn: restsOn)
    }
}
