package import EventStore
package import Events

extension AccessEvent {
    /// The types that make up the model, and the one that unmakes it.
    package static let followedTypes = structuralTypes.union(assignmentTypes).union(identityTypes)

    /// The types whose streams commands expect to be at a version.
    static let versionedTypes = followedTypes.subtracting([
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
        default: return nil
        }
    }
}
