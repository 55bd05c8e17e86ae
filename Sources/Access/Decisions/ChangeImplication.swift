import Events
package import Time

/// Lets a permission imply another, or no more.
///
/// It gives every holder of the one the other, wherever they hold it, so it takes holding both in the whole institution.
package struct ChangeImplication: AccessCommand {
    /// What becomes of the implication.
    package enum Change: Sendable, Hashable {
        /// The one implies the other from now on.
        case add
        /// The one implies the other no more.
        case remove
    }

    /// Whether it is added or removed.
    package var change: Change
    /// The permission that implies the other, by id.
    package var permissionID: String
    /// The permission that is implied, by id.
    package var impliedID: String

    /// A change of what a permission implies.
    package init(_ change: Change, permissionID: String, impliedID: String) {
        self.change = change
        self.permissionID = permissionID
        self.impliedID = impliedID
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        let needed = change == .add ? BuiltInPermission.addImplications : .removeImplications
        try model.require(needed, of: actor, in: .institution, at: now)
        let permission = try index(of: permissionID, in: model)
        let implied = try index(of: impliedID, in: model)
        let event: AccessEvent
        switch change {
        case .add:
            if permission == implied || model.permissions.graph.covered(by: implied).contains(permission) {
                throw AccessRefusal(
                    .cycle,
                    permission == implied
                        ? "A permission includes itself; nothing is to be added."
                        : "\(impliedID) implies \(permissionID), so \(permissionID) cannot imply \(impliedID)."
                )
            }
            guard !model.permissions.graph.covered(by: permission).contains(implied) else {
                throw AccessRefusal(
                    .alreadyAssigned,
                    "\(permissionID) implies \(impliedID) already, by its name or by what it implies.",
                    currentVersion: model.permissions[permission].version
                )
            }
            event = .implicationAdded(.init(permissionID: permissionID, impliedPermissionID: impliedID))
        case .remove:
            guard model.permissions.graph.implied(by: permission).contains(implied) else {
                throw AccessRefusal(
                    .notAssigned,
                    "It was not added that \(permissionID) implies \(impliedID); what follows from names stays.",
                    currentVersion: model.permissions[permission].version
                )
            }
            event = .implicationRemoved(.init(permissionID: permissionID, impliedPermissionID: impliedID))
        }
        var both = PermissionSet()
        both.insert(permission)
        both.insert(implied)
        let reach = model.permissions.graph.expanded(both)
        try model.refuseEscalation(of: reach, in: RBAC.institutionBranch, by: actor, at: now)
        // Denials reach further, or less far, by it.
        var after = model
        after.apply(event, version: 0)
        var changed = PermissionSet()
        for role in model.roles.indices {
            changed.formUnion(after.roles.denial(role).subtracting(model.roles.denial(role)))
            changed.formUnion(model.roles.denial(role).subtracting(after.roles.denial(role)))
        }
        try model.refuseOverreach(into: changed, in: RBAC.institutionBranch, by: actor, at: now)
        try model.refuseLosingAdministrators(after: [event], at: now)
        return AccessPlan(
            [
                .init(
                    stream: AccessStream.permission(permissionID),
                    expected: .exact(model.permissions[permission].version),
                    branch: RBAC.institutionBranch,
                    events: [event]
                )
            ],
            restsOn: AccessEvent.assignmentTypes
        )
    }

    private func index(of id: String, in model: AccessModel) throws(AccessRefusal) -> Int32 {
        guard let index = model.permissions.index(id: id) else {
            throw AccessRefusal(
                .notFound,
                "There is no permission \(id). GET /rbac/permissions lists the permissions there are."
            )
        }
        return index
    }
}
