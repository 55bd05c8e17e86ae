package import Events

/// An event that decides who somebody is or what they may do.
package enum AccessEvent: Sendable {
    /// A permission exists from now on.
    case permissionCreated(RBAC.PermissionCreated)
    /// A permission's description was changed.
    case permissionUpdated(RBAC.PermissionUpdated)
    /// A role exists from now on.
    case roleDefined(RBAC.RoleDefined)
    /// A role's name, description or parent was changed.
    case roleUpdated(RBAC.RoleUpdated)
    /// A role is no more.
    case roleDeleted(RBAC.RoleDeleted)
    /// A role grants a permission from now on.
    case permissionAssigned(RBAC.PermissionAssigned)
    /// A role of itself does not grant a permission any more.
    case permissionRevoked(RBAC.PermissionRevoked)
    /// A user was given a role in a branch.
    case roleAssigned(RBAC.RoleAssigned)
    /// A user was removed from a role in a branch.
    case roleRemoved(RBAC.RoleRemoved)
    /// A role inherits from a further one.
    case inheritanceAdded(RBAC.InheritanceAdded)
    /// A role inherits from another no more.
    case inheritanceRemoved(RBAC.InheritanceRemoved)
    /// A role denies a permission from now on.
    case permissionDenied(RBAC.PermissionDenied)
    /// A role of itself does not deny a permission any more.
    case denialLifted(RBAC.DenialLifted)
    /// A permission implies another.
    case implicationAdded(RBAC.ImplicationAdded)
    /// A permission implies another no more.
    case implicationRemoved(RBAC.ImplicationRemoved)
    /// Duties are kept separate.
    case separationSet(RBAC.SeparationSet)
    /// Duties are kept separate no more.
    case separationDeleted(RBAC.SeparationDeleted)
    /// What it takes to be given a role.
    case requirementsSet(RBAC.RoleRequirementsSet)
    /// A role took over what its template grants.
    case templateAdopted(RBAC.TemplateAdopted)
    /// A user's role was given another end.
    case roleRenewed(RBAC.RoleRenewed)
    /// A user's role came to its end.
    case roleExpired(RBAC.RoleExpired)
    /// A user opened a session.
    case sessionOpened(RBAC.SessionOpened)
    /// A role was activated in a session.
    case sessionRoleActivated(RBAC.SessionRoleActivated)
    /// A role was dropped in a session.
    case sessionRoleDropped(RBAC.SessionRoleDropped)
    /// A session was closed.
    case sessionClosed(RBAC.SessionClosed)
    /// A user is known from now on.
    case userRegistered(Identity.UserRegistered)
    /// A user may sign in by a further token.
    case tokenIssued(Identity.TokenIssued)
    /// A token signs nobody in any more.
    case tokenRevoked(Identity.TokenRevoked)

    /// The event itself.
    package var payload: any EventPayload {
        switch self {
        case .permissionCreated(let event): event
        case .permissionUpdated(let event): event
        case .roleDefined(let event): event
        case .roleUpdated(let event): event
        case .roleDeleted(let event): event
        case .permissionAssigned(let event): event
        case .permissionRevoked(let event): event
        case .roleAssigned(let event): event
        case .roleRemoved(let event): event
        case .inheritanceAdded(let event): event
        case .inheritanceRemoved(let event): event
        case .permissionDenied(let event): event
        case .denialLifted(let event): event
        case .implicationAdded(let event): event
        case .implicationRemoved(let event): event
        case .separationSet(let event): event
        case .separationDeleted(let event): event
        case .requirementsSet(let event): event
        case .templateAdopted(let event): event
        case .roleRenewed(let event): event
        case .roleExpired(let event): event
        case .sessionOpened(let event): event
        case .sessionRoleActivated(let event): event
        case .sessionRoleDropped(let event): event
        case .sessionClosed(let event): event
        case .userRegistered(let event): event
        case .tokenIssued(let event): event
        case .tokenRevoked(let event): event
        }
    }

    /// The events that sign-in rests on.
    package static let identityTypes: Set<EventType> = [
        Identity.UserRegistered.type, Identity.TokenIssued.type, Identity.TokenRevoked.type,
    ]

    /// The events that change what roles are and grant. They are rare, and nearly every decision rests on them.
    package static let structuralTypes: Set<EventType> = [
        RBAC.PermissionCreated.type, RBAC.PermissionUpdated.type, RBAC.RoleDefined.type, RBAC.RoleUpdated.type,
        RBAC.RoleDeleted.type, RBAC.PermissionAssigned.type, RBAC.PermissionRevoked.type,
        RBAC.InheritanceAdded.type, RBAC.InheritanceRemoved.type, RBAC.PermissionDenied.type, RBAC.DenialLifted.type,
        RBAC.ImplicationAdded.type, RBAC.ImplicationRemoved.type, RBAC.SeparationSet.type, RBAC.SeparationDeleted.type,
        RBAC.RoleRequirementsSet.type, RBAC.TemplateAdopted.type, Recovery.Restored.type,
    ]

    /// The events that give and take roles.
    package static let assignmentTypes: Set<EventType> = [
        RBAC.RoleAssigned.type, RBAC.RoleRenewed.type, RBAC.RoleRemoved.type, RBAC.RoleExpired.type,
    ]

    /// The events of sessions.
    package static let sessionTypes: Set<EventType> = [
        RBAC.SessionOpened.type, RBAC.SessionRoleActivated.type, RBAC.SessionRoleDropped.type, RBAC.SessionClosed.type,
    ]
}

/// The names of the streams that access is written to.
package enum AccessStream {
    package static func role(_ id: String) -> String { "role-" + id }
    package static func permission(_ id: String) -> String { "permission-" + id }
    package static func user(_ id: String) -> String { "user-" + id }
    package static func token(_ id: String) -> String { "token-" + id }
    package static func separation(_ id: String) -> String { "separation-" + id }
    package static func session(_ id: String) -> String { "session-" + id }
    package static func consoleSessions(_ userID: String) -> String { "console-sessions-" + userID }
    package static func accessLog(_ userID: String) -> String { "access-log-" + userID }

    /// The id in a stream's name; nil for a stream of another kind.
    static func id(of stream: String, in kind: (String) -> String) -> String? {
        let prefix = kind("")
        return stream.hasPrefix(prefix) ? String(stream.dropFirst(prefix.count)) : nil
    }
}
