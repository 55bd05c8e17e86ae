import Events
package import Time

/// Changes what a role is called, what it inherits or what it grants. What is left out stays as it is.
package struct UpdateRole: AccessCommand {
    /// The role's id.
    package var roleID: String
    /// The new name.
    package var name: String?
    /// The new description.
    package var description: String?
    /// All that it is to inherit from, from now on.
    package var parentRoleIDs: [String]?
    /// All that the role itself is to grant from now on; what it inherits is not among it.
    package var permissionIDs: [String]?
    /// All that the role itself is to deny from now on.
    package var deniedPermissionIDs: [String]?
    /// The version that the caller decided on.
    package var expectedVersion: Int64?

    /// A change to a role.
    package init(
        roleID: String,
        name: String? = nil,
        description: String? = nil,
        parentRoleIDs: [String]? = nil,
        permissionIDs: [String]? = nil,
        deniedPermissionIDs: [String]? = nil,
        expectedVersion: Int64? = nil
    ) {
        self.roleID = roleID
        self.name = name
        self.description = description
        self.parentRoleIDs = parentRoleIDs
        self.permissionIDs = permissionIDs
        self.deniedPermissionIDs = deniedPermissionIDs
        self.expectedVersion = expectedVersion
    }

    package var permission: BuiltInPermission? { .updateRoles }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        let (index, role) = try model.role(roleID, for: .updateRoles, by: actor, at: now)
        if let name { try AccessText.requireName(name, at: "/name") }
        try AccessText.requireText(description, at: "/description")
        try model.refuse(role, unlessAt: expectedVersion)
        var events = try details(of: role, in: model)
        events += try inheritance(of: role, at: index, in: model)
        events += try permissions(of: role, in: model)
        events += try denials(of: role, in: model)
        let restsOn = try model.refuse(events, changing: index, by: actor, at: now)
        return .change(of: role, events, restsOn: restsOn)
    }

    private func details(of role: Role, in model: AccessModel) throws(AccessRefusal) -> [AccessEvent] {
        var event = RBAC.RoleUpdated(roleID: roleID, branchID: role.branch)
        if let name, !ExactKey.same(name, role.name) {
            try model.refuseDuplicate(name: name, in: role.branch)
            event.name = name
        }
        if let description, !ExactKey.same(description, role.description ?? "") { event.description = description }
        return event.name == nil && event.description == nil ? [] : [.roleUpdated(event)]
    }

    private func inheritance(
        of role: Role,
        at index: Int32,
        in model: AccessModel
    ) throws(AccessRefusal) -> [AccessEvent] {
        guard let parentRoleIDs else { return [] }
        let wanted = try model.parents(parentRoleIDs, forRoleIn: role.branch)
        for parent in wanted { try model.refuseCycle(of: index, inheritingFrom: parent) }
        func id(_ parent: Int32) -> String { model.roles[parent]?.id ?? "" }
        let dropped = role.parents.filter { !wanted.contains($0) }.map { parent in
            AccessEvent.inheritanceRemoved(.init(roleID: roleID, branchID: role.branch, parentRoleID: id(parent)))
        }
        let added = wanted.filter { !role.parents.contains($0) }.map { parent in
            AccessEvent.inheritanceAdded(.init(roleID: roleID, branchID: role.branch, parentRoleID: id(parent)))
        }
        return dropped + added
    }

    private func permissions(of role: Role, in model: AccessModel) throws(AccessRefusal) -> [AccessEvent] {
        guard let permissionIDs else { return [] }
        let wanted = PermissionSet(try model.permissions(permissionIDs, at: "/permissionIds"))
        let added = wanted.subtracting(role.own).indices.map { index in
            AccessEvent.permissionAssigned(.init(roleID: roleID, permissionID: model.permissions[index].id))
        }
        let dropped = role.own.subtracting(wanted).indices.map { index in
            AccessEvent.permissionRevoked(.init(roleID: roleID, permissionID: model.permissions[index].id))
        }
        return added + dropped
    }

    private func denials(of role: Role, in model: AccessModel) throws(AccessRefusal) -> [AccessEvent] {
        guard let deniedPermissionIDs else { return [] }
        let wanted = PermissionSet(try model.permissions(deniedPermissionIDs, at: "/deniedPermissionIds"))
        let added = wanted.subtracting(role.denied).indices.map { index in
            AccessEvent.permissionDenied(.init(roleID: roleID, permissionID: model.permissions[index].id))
        }
        let dropped = role.denied.subtracting(wanted).indices.map { index in
            AccessEvent.denialLifted(.init(roleID: roleID, permissionID: model.permissions[index].id))
        }
        return added + dropped
    }
}
