import Events
package import Time

/// Gives a role a permission.
package struct AssignPermission: AccessCommand {
    /// The role's id.
    package var roleID: String
    /// The permission's id.
    package var permissionID: String
    /// The version of the role that the caller decided on.
    package var expectedVersion: Int64?

    /// A permission to assign.
    package init(roleID: String, permissionID: String, expectedVersion: Int64? = nil) {
        self.roleID = roleID
        self.permissionID = permissionID
        self.expectedVersion = expectedVersion
    }

    package var permission: BuiltInPermission? { .assignPermissions }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        let (index, role) = try model.role(roleID, for: .assignPermissions, by: actor, at: now)
        try model.refuse(role, unlessAt: expectedVersion)
        guard let permission = model.permissions.index(id: permissionID) else {
            throw AccessRefusal(
                .notFound,
                "There is no permission \(permissionID). GET /rbac/permissions lists the permissions there are."
            )
        }
        guard !role.own.contains(permission) else {
            throw AccessRefusal(
                .alreadyAssigned,
                "The role \(roleID) has the permission \(permissionID) already.",
                currentVersion: role.version
            )
        }
        let event = AccessEvent.permissionAssigned(.init(roleID: roleID, permissionID: permissionID))
        let restsOn = try model.refuse([event], changing: index, by: actor, at: now)
        return .change(of: role, [event], restsOn: restsOn)
    }
}
