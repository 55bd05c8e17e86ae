import Events
package import Time

/// Lets a role deny a permission, or no more. A denial overrides every grant.
package struct ChangeDenial: AccessCommand {
    /// What becomes of the denial.
    package enum Change: Sendable, Hashable {
        /// The role denies the permission from now on.
        case deny
        /// The role of itself denies it no more.
        case lift
    }

    /// Whether it is denied or lifted.
    package var change: Change
    /// The role's id.
    package var roleID: String
    /// The permission's id.
    package var permissionID: String
    /// The version of the role that the caller decided on.
    package var expectedVersion: Int64?

    /// A change of what a role denies.
    package init(_ change: Change, roleID: String, permissionID: String, expectedVersion: Int64? = nil) {
        self.change = change
        self.roleID = roleID
        self.permissionID = permissionID
        self.expectedVersion = expectedVersion
    }

    package var permission: BuiltInPermission? { change == .deny ? .denyPermissions : .liftDenials }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        let needed = change == .deny ? BuiltInPermission.denyPermissions : .liftDenials
        let (index, role) = try model.role(roleID, for: needed, by: actor, at: now)
        try model.refuse(role, unlessAt: expectedVersion)
        guard let permission = model.permissions.index(id: permissionID) else {
            throw AccessRefusal(
                .notFound,
                "There is no permission \(permissionID). GET /rbac/permissions lists the permissions there are."
            )
        }
        let event: AccessEvent
        switch change {
        case .deny:
            guard !role.denied.contains(permission) else {
                throw AccessRefusal(
                    .alreadyAssigned,
                    "The role \(roleID) denies the permission \(permissionID) already.",
                    currentVersion: role.version
                )
            }
            event = .permissionDenied(.init(roleID: roleID, permissionID: permissionID))
        case .lift:
            guard role.denied.contains(permission) else {
                throw AccessRefusal(
                    .notAssigned,
                    model.roles.denies(index, permission)
                        ? "The role \(roleID) does not deny \(permissionID) of itself: a parent does, or a denial of "
                            + "something wider. Lift it there."
                        : "The role \(roleID) does not deny the permission \(permissionID).",
                    currentVersion: role.version
                )
            }
            event = .denialLifted(.init(roleID: roleID, permissionID: permissionID))
        }
        let restsOn = try model.refuse([event], changing: index, by: actor, at: now)
        return .change(of: role, [event], restsOn: restsOn)
    }
}
