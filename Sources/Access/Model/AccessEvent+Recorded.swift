package import EventStore
package import Events

extension AccessEvent {
    /// The types that make up the model, and the one that unmakes it.
    package static let followedTypes = structuralTypes.union(assignmentTypes).union(identityTypes)
        .union(sessionTypes)

    /// The types whose streams commands expect to be at a version.
    static let versionedTypes = followedTypes.subtracting(sessionTypes).subtracting([
        Recovery.Restored.type, Identity.TokenIssued.type, Identity.TokenRevoked.type,
    ])

    /// The event as it was recorded; nil for one that does not bear on access.
    package init?(_ event: RecordedEvent) throws {
        switch event.type {
        case RBAC.PermissionCreated.type: self = .permissionCreated(try event.decode(RBAC.PermissionCreated.self))
        case RBAC.PermissionUpdated.type: self = .permissionUpdated(try event.decode(RBAC.PermissionUpdated.self))
        case RBAC.RoleDefined.type: self = .roleDefined(try event.decode(RBAC.RoleDefined.self))
        case RBAC.RoleUpdated.type: self = .roleUpdated(try event.decode(RBAC.RoleUpdated.self))
        case RBAC.RoleDeleted.type: self = .roleDeleted(try event.decode(RBAC.RoleDeleted.self))
        case RBAC.PermissionAssigned.type: self = .permissionAssigned(try event.decode(RBAC.PermissionAssigned.self))
        case RBAC.PermissionRevoked.type: self = .permissionRevoked(try event.decode(RBAC.PermissionRevoked.self))
        case RBAC.RoleAssigned.type: self = .roleAssigned(try event.decode(RBAC.RoleAssigned.self))
        case RBAC.RoleRemoved.type: self = .roleRemoved(try event.decode(RBAC.RoleRemoved.self))
        case Identity.UserRegistered.type: self = .userRegistered(try event.decode(Identity.UserRegistered.self))
        case Identity.TokenIssued.type: self = .tokenIssued(try event.decode(Identity.TokenIssued.self))
        case Identity.TokenRevoked.type: self = .tokenRevoked(try event.decode(Identity.TokenRevoked.self))
        case RBAC.InheritanceAdded.type: self = .inheritanceAdded(try event.decode(RBAC.InheritanceAdded.self))
        case RBAC.InheritanceRemoved.type: self = .inheritanceRemoved(try event.decode(RBAC.InheritanceRemoved.self))
        case RBAC.PermissionDenied.type: self = .permissionDenied(try event.decode(RBAC.PermissionDenied.self))
        case RBAC.DenialLifted.type: self = .denialLifted(try event.decode(RBAC.DenialLifted.self))
        case RBAC.ImplicationAdded.type: self = .implicationAdded(try event.decode(RBAC.ImplicationAdded.self))
        case RBAC.ImplicationRemoved.type: self = .implicationRemoved(try event.decode(RBAC.ImplicationRemoved.self))
        case RBAC.SeparationSet.type: self = .separationSet(try event.decode(RBAC.SeparationSet.self))
        case RBAC.SeparationDeleted.type: self = .separationDeleted(try event.decode(RBAC.SeparationDeleted.self))
        case RBAC.RoleRequirementsSet.type: self = .requirementsSet(try event.decode(RBAC.RoleRequirementsSet.self))
        case RBAC.TemplateAdopted.type: self = .templateAdopted(try event.decode(RBAC.TemplateAdopted.self))
        case RBAC.RoleRenewed.type: self = .roleRenewed(try event.decode(RBAC.RoleRenewed.self))
        case RBAC.RoleExpired.type: self = .roleExpired(try event.decode(RBAC.RoleExpired.self))
        case RBAC.SessionOpened.type: self = .sessionOpened(try event.decode(RBAC.SessionOpened.self))
        case RBAC.SessionRoleActivated.type:
            self = .sessionRoleActivated(try event.decode(RBAC.SessionRoleActivated.self))
        case RBAC.SessionRoleDropped.type: self = .sessionRoleDropped(try event.decode(RBAC.SessionRoleDropped.self))
        case RBAC.SessionClosed.type: self = .sessionClosed(try event.decode(RBAC.SessionClosed.self))
        default: return nil
        }
    }
}
