import EventStore
import Events
package import Time

/// Adds a role to a branch, from nothing or from a template.
package struct DefineRole: AccessCommand {
    /// The new role's id.
    package var roleID: String
    /// Where it belongs.
    package var branch: String
    /// Unique in the branch.
    package var name: String
    /// What it is for.
    package var description: String?
    /// The roles whose permissions it inherits; nil for those of the template, or none.
    package var parentRoleIDs: [String]?
    /// What it grants from the start; nil for what the template grants of itself, or nothing.
    package var permissionIDs: [String]?
    /// What it denies from the start; nil for what the template denies of itself, or nothing.
    package var deniedPermissionIDs: [String]?
    /// The template that it is made from, and that offers it its later changes.
    package var templateRoleID: String?
    /// Whether it is to be a template itself.
    package var isTemplate: Bool

    /// A role to define.
    package init(
        roleID: String,
        branch: String,
        name: String,
        description: String? = nil,
        parentRoleIDs: [String]? = nil,
        permissionIDs: [String]? = nil,
        deniedPermissionIDs: [String]? = nil,
        templateRoleID: String? = nil,
        isTemplate: Bool = false
    ) {
        self.roleID = roleID
        self.branch = branch
        self.name = name
        self.description = description
        self.parentRoleIDs = parentRoleIDs
        self.permissionIDs = permissionIDs
        self.deniedPermissionIDs = deniedPermissionIDs
        self.templateRoleID = templateRoleID
        self.isTemplate = isTemplate
    }

    package var permission: BuiltInPermission? { .createRoles }

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
        let events = try events(in: model)

        var after = model
        for event in events { after.apply(event, version: 0) }
        if let index = after.roles.index(id: roleID) {
            try model.refuseEscalation(of: after.roles.closure(index), in: branch, by: actor, at: now)
            try model.refuseOverreach(into: after.roles.denial(index), in: branch, by: actor, at: now)
        }
        let stream = AccessStream.role(roleID)
        return AccessPlan([.init(stream: stream, expected: model.former(stream), branch: branch, events: events)])
    }

    private func events(in model: AccessModel) throws(AccessRefusal) -> [AccessEvent] {
        let template = try template(in: model)
        let granted =
            try permissionIDs.map { ids throws(AccessRefusal) in
                try model.permissions(ids, at: "/permissionIds")
            } ?? template?.own.indices ?? []
        let denied =
            try deniedPermissionIDs.map { ids throws(AccessRefusal) in
                try model.permissions(ids, at: "/deniedPermissionIds")
            } ?? template?.denied.indices ?? []
        let parents =
            try parentRoleIDs.map { ids throws(AccessRefusal) in
                try model.parents(ids, forRoleIn: branch)
            } ?? template?.parents ?? []
        let parentIDs = parents.compactMap { model.roles[$0]?.id }
        var events = [
            AccessEvent.roleDefined(
                .init(
                    roleID: roleID,
                    branchID: branch,
                    name: name,
                    description: description ?? template?.description,
                    parentRoleID: parentIDs.first,
                    template: isTemplate,
                    permissionIDs: granted.map { model.permissions[$0].id }
                )
            )
        ]
        events += parentIDs.dropFirst().map {
            .inheritanceAdded(.init(roleID: roleID, branchID: branch, parentRoleID: $0))
        }
        events += denied.map { .permissionDenied(.init(roleID: roleID, permissionID: model.permissions[$0].id)) }
        if let template {
            let own = template.own.indices.map { model.permissions[$0].id }.sorted()
            events.append(
                .templateAdopted(
                    .init(roleID: roleID, branchID: branch, templateRoleID: template.id, permissionIDs: own)
                )
            )
        }
        return events
    }

    private func template(in model: AccessModel) throws(AccessRefusal) -> Role? {
        guard let templateRoleID else { return nil }
        guard let template = model.roles.index(id: templateRoleID).flatMap({ model.roles[$0] }), template.isTemplate,
            ExactKey.same(template.branch, branch) || template.branch == RBAC.institutionBranch
        else {
            throw AccessRefusal(
                .invalid(pointer: "/templateRoleId"),
                "There is no template \(templateRoleID) for \(branch). GET /rbac/roles shows which roles are templates."
            )
        }
        return template
    }
}
