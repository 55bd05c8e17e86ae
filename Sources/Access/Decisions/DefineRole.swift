import Events
package import Time

/// Adds a role to a branch.
package struct DefineRole: AccessCommand {
    /// The new role's id.
    package var roleID: String
    /// Where it belongs.
    package var branch: String
    /// Unique in the branch.
    package var name: String
    /// What it is for.
    package var description: String?
    /// The role whose permissions it inherits.
    package var parentRoleID: String?
    /// What it grants from the start.
    package var permissionIDs: [String]

    /// A role to define.
    package init(
        roleID: String,
        branch: String,
        name: String,
        description: String? = nil,
        parentRoleID: String? = nil,
        permissionIDs: [String] = []
    ) {
        self.roleID = roleID
        self.branch = branch
        self.name = name
        self.description = description
        self.parentRoleID = parentRoleID
        self.permissionIDs = permissionIDs
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        try model.require(.createRoles, of: actor, in: .branch(branch), at: now)
        try AccessText.requireID(roleID, at: "/roleId")
        try AccessText.requireID(branch, at: "/branchId")
        try AccessText.requireName(name, at: "/name")
        try AccessText.requireText(description, at: "/description")
        guard model.roles.index(id: roleID) == nil else {
            throw AccessRefusal(.duplicateName, "There is a role \(roleID) already.")
        }
        try model.refuseDuplicate(name: name, in: branch)
        var granted = PermissionSet()
        for index in try model.permissions(permissionIDs, at: "/permissionIds") { granted.insert(index) }
        if let parentRoleID {
            granted.formUnion(model.roles.closure(try model.parent(parentRoleID, forRoleIn: branch)))
        }
        try model.refuseEscalation(of: granted, in: branch, by: actor, at: now)

        let defined = RBAC.RoleDefined(
            roleID: roleID,
            branchID: branch,
            name: name,
            description: description,
            parentRoleID: parentRoleID,
            permissionIDs: permissionIDs
        )
        let stream = AccessStream.role(roleID)
        return AccessPlan([
            .init(stream: stream, expected: model.former(stream), branch: branch, events: [.roleDefined(defined)])
        ])
    }
}
