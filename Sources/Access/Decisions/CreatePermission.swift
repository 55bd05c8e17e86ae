import Events
package import Time

/// Adds a permission of the institution's own to those that Daybook brings.
///
/// Its name is its id, so that it reads as what it is wherever it is named. The Admin template receives it in the same
/// commit: somebody has to hold a permission before anybody can give it.
package struct CreatePermission: AccessCommand {
    /// `resource:action`.
    package var name: String
    /// What it is for.
    package var description: String?

    /// A permission to create.
    package init(name: String, description: String? = nil) {
        self.name = name
        self.description = description
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        try model.require(.createPermissions, of: actor, in: .institution, at: now)
        guard let parts = PermissionName(name) else {
            throw AccessRefusal(
                .invalid(pointer: "/name"),
                "A permission is named resource:action, for example students.grades:read, in letters, digits, _ and -."
            )
        }
        try AccessText.requireText(description, at: "/description")
        if let known = model.permissions.index(name: name) ?? model.permissions.index(id: name) {
            throw AccessRefusal(
                .duplicateName,
                "There is a permission \(name) already.",
                currentVersion: model.permissions[known].version
            )
        }
        let created = RBAC.PermissionCreated(
            permissionID: name,
            name: name,
            resource: parts.resource,
            action: parts.action,
            description: description
        )
        let stream = AccessStream.permission(name)
        let grant = model.grantToAdmin([name])
        // The Admin template receives what the new one covers along with it: nobody gives what they do not hold.
        var after = model
        for event in [.permissionCreated(created)] + grant.events { after.apply(event, version: 0) }
        if let admin = model.roles.index(id: RoleTemplate.admin.id), let new = after.permissions.index(id: name) {
            let given = after.roles.closure(admin).subtracting(model.roles.closure(admin))
                .subtracting(PermissionSet([new]))
            try model.refuseEscalation(of: given, in: RBAC.institutionBranch, by: actor, at: now)
        }
        return AccessPlan([
            .init(
                stream: stream,
                expected: model.former(stream),
                branch: RBAC.institutionBranch,
                events: [.permissionCreated(created)]
            ),
            grant,
        ])
    }
}

extension AccessModel {
    /// Gives permissions that nobody holds yet to the Admin template; nothing when that was deleted.
    func grantToAdmin(_ permissionIDs: [String]) -> AccessPlan.Append {
        let id = RoleTemplate.admin.id
        let role = roles.index(id: id).flatMap { roles[$0] }
        return AccessPlan.Append(
            stream: AccessStream.role(id),
            expected: role.map { .exact($0.version) } ?? .none,
            branch: RBAC.institutionBranch,
            events: role?.isTemplate == true
                ? permissionIDs.map { .permissionAssigned(.init(roleID: id, permissionID: $0)) } : []
        )
    }
}
