import Events
package import Time

/// Changes what a permission is described as. Its name stays for good: the log is full of it.
package struct UpdatePermission: AccessCommand {
    /// The permission's id.
    package var permissionID: String
    /// The new description.
    package var description: String
    /// The version that the caller decided on.
    package var expectedVersion: Int64?

    /// A change to a permission.
    package init(permissionID: String, description: String, expectedVersion: Int64? = nil) {
        self.permissionID = permissionID
        self.description = description
        self.expectedVersion = expectedVersion
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        try model.require(.updatePermissions, of: actor, in: .institution, at: now)
        try AccessText.requireText(description, at: "/description")
        guard let index = model.permissions.index(id: permissionID) else {
            throw AccessRefusal(
                .notFound,
                "There is no permission \(permissionID). GET /rbac/permissions lists the permissions there are."
            )
        }
        let permission = model.permissions[index]
        if let expectedVersion, expectedVersion != permission.version {
            throw AccessRefusal(
                .versionConflict,
                "The permission \(permissionID) is at version \(permission.version), not \(expectedVersion). "
                    + "Read it again and decide anew.",
                currentVersion: permission.version
            )
        }
        let updated = RBAC.PermissionUpdated(permissionID: permissionID, description: description)
        return AccessPlan([
            .init(
                stream: AccessStream.permission(permissionID),
                expected: .exact(permission.version),
                branch: RBAC.institutionBranch,
                events: ExactKey.same(description, permission.description ?? "") ? [] : [.permissionUpdated(updated)]
            )
        ])
    }
}
