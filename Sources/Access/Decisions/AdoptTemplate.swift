import Events
package import Time

/// Takes over what a template changed since a role was made from it, or last took it over.
package struct AdoptTemplate: AccessCommand {
    /// The role's id.
    package var roleID: String
    /// The version of the role that the caller decided on.
    package var expectedVersion: Int64?

    /// A role that is to follow its template.
    package init(roleID: String, expectedVersion: Int64? = nil) {
        self.roleID = roleID
        self.expectedVersion = expectedVersion
    }

    package var permission: BuiltInPermission? { .adoptTemplates }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        let (index, role) = try model.role(roleID, for: .adoptTemplates, by: actor, at: now)
        try model.refuse(role, unlessAt: expectedVersion)
        guard let offer = model.templateOffer(for: index) else {
            throw AccessRefusal(.notAssigned, "The role \(roleID) was not made from a template that there still is.")
        }
        guard offer.isNews else { return AccessPlan([]) }
        var events = offer.added.map { AccessEvent.permissionAssigned(.init(roleID: roleID, permissionID: $0)) }
        events += offer.removed.map { .permissionRevoked(.init(roleID: roleID, permissionID: $0)) }
        events.append(
            .templateAdopted(
                .init(
                    roleID: roleID,
                    branchID: role.branch,
                    templateRoleID: offer.templateRoleID,
                    permissionIDs: offer.templatePermissionIDs
                )
            )
        )
        let restsOn = try model.refuse(events, changing: index, by: actor, at: now)
        return .change(of: role, events, restsOn: restsOn)
    }
}
