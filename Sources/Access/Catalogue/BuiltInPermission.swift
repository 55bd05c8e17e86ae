/// The permissions that Daybook's own endpoints ask for: one for each, so that each can be granted alone.
///
/// They are installed as events when the log is first opened. A release that brings further ones appends them at its
/// first start and gives them to the Admin template.
package enum BuiltInPermission: String, CaseIterable, Sendable {
    // Roles
    case createRoles = "rbac.roles:create"
    case listRoles = "rbac.roles:list"
    case readRoles = "rbac.roles:read"
    case updateRoles = "rbac.roles:update"
    case deleteRoles = "rbac.roles:delete"

    // Permissions
    case createPermissions = "rbac.permissions:create"
    case readPermissions = "rbac.permissions:read"
    case updatePermissions = "rbac.permissions:update"
    case assignPermissions = "rbac.role-permissions:assign"
    case revokePermissions = "rbac.role-permissions:revoke"

    // Users and their roles
    case assignRoles = "rbac.user-roles:assign"
    case removeRoles = "rbac.user-roles:remove"
    case readUserRoles = "rbac.user-roles:read"
    case checkAccess = "rbac.access:check"
    case readAccessLogs = "rbac.access-logs:read"
    case writeAccessLogs = "rbac.access-logs:write"

    // Sign-in
    case registerUsers = "identity.users:register"
    case readUsers = "identity.users:read"
    case issueTokens = "identity.tokens:issue"
    case revokeTokens = "identity.tokens:revoke"
    case readTokens = "identity.tokens:read"

    // History
    case readEvents = "audit.events:read"
    case readTrails = "audit.trails:read"

    // The log and its proofs
    case readCheckpoint = "log.checkpoint:read"
    case readLogEvents = "log.events:read"
    case readProofs = "log.proofs:read"
    case readConsistency = "log.consistency:read"
    case exportLog = "log.export:read"
    case readPersonal = "log.personal:read"
    case readProjections = "projections:read"

    // Recovery
    case previewRecovery = "recovery:preview"
    case restore = "recovery:restore"

    /// `resource:action`.
    package var name: String { rawValue }

    /// What it allows, in a sentence for whoever grants it.
    package var summary: String {
        switch self {
        case .createRoles: "Define roles."
        case .listRoles: "See which roles there are."
        case .readRoles: "See a role and all that it grants."
        case .updateRoles: "Change a role's name, description, parent or permissions."
        case .deleteRoles: "Delete roles that nobody holds."
        case .createPermissions: "Create custom permissions."
        case .readPermissions: "See all permissions."
        case .updatePermissions: "Change what a permission is described as."
        case .assignPermissions: "Assign permissions to roles."
        case .revokePermissions: "Revoke permissions from roles."
        case .assignRoles: "Assign roles to users."
        case .removeRoles: "Remove roles from users."
        case .readUserRoles: "See which roles a user has."
        case .checkAccess: "Ask whether a user has a permission."
        case .readAccessLogs: "Read access logs."
        case .writeAccessLogs: "Record an access in the access log."
        case .registerUsers: "Register users."
        case .readUsers: "See registered users."
        case .issueTokens: "Issue sign-in tokens."
        case .revokeTokens: "Revoke sign-in tokens."
        case .readTokens: "See which tokens were issued."
        case .readEvents: "Query the audit history."
        case .readTrails: "Read the trail of one resource."
        case .readCheckpoint: "Read the log's signed checkpoint."
        case .readLogEvents: "Read single events of the log."
        case .readProofs: "Read inclusion proofs."
        case .readConsistency: "Read consistency proofs."
        case .exportLog: "Export the log for verification."
        case .readPersonal: "Read personal text in the history and in exports, until it is erased."
        case .readProjections: "See how the read models stand."
        case .previewRecovery: "Preview a restore to a moment."
        case .restore: "Restore to a moment."
        }
    }

    /// What somebody must be allowed, in the institution as a whole, to be able to put any access right.
    ///
    /// Whoever holds all of these administers; no command may leave nobody who does.
    package static let administration: [BuiltInPermission] = [
        .createRoles, .readRoles, .updateRoles, .deleteRoles, .readPermissions, .assignPermissions, .revokePermissions,
        .assignRoles, .removeRoles, .readUserRoles,
    ]
}
