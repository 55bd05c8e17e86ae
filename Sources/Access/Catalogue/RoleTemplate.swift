/// A role that is installed when the log is first opened: Admin > Manager > Teacher > Student, institution-wide.
///
/// Each inherits from the one below it, so each lists only what it adds.
package enum RoleTemplate: String, CaseIterable, Sendable {
    // In the order of definition: a role's parent has to be there before it.
    case student
    case teacher
    case manager
    case admin

    /// The role's id.
    package var id: String { rawValue }

    /// The role's name.
    package var name: String {
        switch self {
        case .student: "Student"
        case .teacher: "Teacher"
        case .manager: "Manager"
        case .admin: "Admin"
        }
    }

    /// What the role is for.
    package var summary: String {
        switch self {
        case .student: "Signs in and sees which permissions there are."
        case .teacher: "Sees roles and who has them."
        case .manager: "Runs a branch: gives and takes roles, and reads its history."
        case .admin: "Administers the institution: holds every permission."
        }
    }

    /// The junior that it inherits from.
    package var parent: RoleTemplate? {
        switch self {
        case .student: nil
        case .teacher: .student
        case .manager: .teacher
        case .admin: .manager
        }
    }

    /// What it adds to what it inherits.
    package var permissions: [BuiltInPermission] {
        switch self {
        case .student: [.readPermissions]
        case .teacher: [.listRoles, .readRoles, .readUserRoles]
        case .manager:
            [
                .assignRoles, .removeRoles, .checkAccess, .readAccessLogs, .writeAccessLogs, .readUsers, .readEvents,
                .readTrails, .readCheckpoint, .readProofs, .readConsistency,
            ]
        case .admin: BuiltInPermission.allCases
        }
    }
}
