import Events
package import Time

/// Changes what a role is called, what it inherits or what it grants. What is left out stays as it is.
package struct UpdateRole: AccessCommand {
    /// What becomes of the parent.
    package enum Parent: Sendable, Hashable {
        /// Stays as it is.
        case unchanged
        /// Inherits from nothing any more.
        case none
        /// Inherits from this role.
        case role(String)
    }

    /// The role's id.
    package var roleID: String
    /// The new name.
    package var name: String?
    /// The new description.
    package var description: String?
    /// The new parent.
    package var parent: Parent
    /// All that the role itself is to grant from now on; what it inherits is not among it.
    package var permissionIDs: [String]?
    /// The version that the caller decided on.
    package var expectedVersion: Int64?

    /// A change to a role.
    package init(
        roleID: String,
        name: String? = nil,
        description: String? = nil,
        parent: Parent = .unchanged,
        permissionIDs: [String]? = nil,
        expectedVersion: Int64? = nil
    ) {
        self.roleID = roleID
        self.name = name
        self.description = description
        self.parent = parent
        self.permissionIDs = permissionIDs
        self.expectedVersion = expectedVersion
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        let (index, role) = try model.role(roleID, for: .updateRoles, by: actor, at: now)
        if let name { try AccessText.requireName(name, at: "/name") }
        try AccessText.requireText(description, at: "/description")
        try model.refuse(role, unlessAt: expectedVersion)
        let events = try details(of: role, at: index, in: model) + permissions(of: role, in: model)

        var after = model
        for event in events { after.apply(event, version: role.version) }
        let gained = after.roles.closure(index).subtracting(model.roles.closure(index))
        try model.refuseEscalation(of: gained, in: role.branch, by: actor, at: now)
        try model.refuseLosingAdministrators(after: events)
        return AccessPlan([
            .init(
                stream: AccessStream.role(roleID),
                expected: .exact(role.version),
                branch: role.branch,
                events: events
            )
        ])
    }

    private func details(
        of role: Role,
        at index: Int32,
        in model: AccessModel
    ) throws(AccessRefusal) -> [AccessEvent] {
        var event = RBAC.RoleUpdated(roleID: roleID, branchID: role.branch)
        var changes = false
        if let name, !ExactKey.same(name, role.name) {
            try model.refuseDuplicate(name: name, in: role.branch)
            event.name = name
            changes = true
        }
        if let description, !ExactKey.same(description, role.description ?? "") {
            event.description = description
            changes = true
        }
        switch parent {
        case .unchanged: break
        case .none:
            if !role.parents.isEmpty {
                event.clearsParent = true
                changes = true
            }
        case .role(let id):
            let parent = try model.parent(id, forRoleIn: role.branch)
            if role.parents != [parent] {
                guard !model.roles.inherits(parent, from: index) else {
                    throw AccessRefusal(
                        .cycle,
                        "\(id) inherits from \(roleID), so \(roleID) cannot inherit from \(id)."
                    )
                }
                event.parentRoleID = id
                changes = true
            }
        }
        return changes ? [.roleUpdated(event)] : []
    }

    private func permissions(of role: Role, in model: AccessModel) throws(AccessRefusal) -> [AccessEvent] {
        guard let permissionIDs else { return [] }
        var wanted = PermissionSet()
        for index in try model.permissions(permissionIDs, at: "/permissionIds") { wanted.insert(index) }
        let added = wanted.subtracting(role.own).indices.map { index in
            AccessEvent.permissionAssigned(.init(roleID: roleID, permissionID: model.permissions[index].id))
        }
        let dropped = role.own.subtracting(wanted).indices.map { index in
            AccessEvent.permissionRevoked(.init(roleID: roleID, permissionID: model.permissions[index].id))
        }
        return added + dropped
    }
}
