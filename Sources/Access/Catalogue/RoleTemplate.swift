import Events

/// A role that is installed when the log is first opened: Admin > Manager > Teacher > Student, institution-wide, and
/// Auditor beside them.
///
/// Each inherits from the one below it, so each lists only what it adds. An institution changes them as it likes, and
/// makes roles of its own from them.
package enum RoleTemplate: String, CaseIterable, Sendable {
    // In the order of definition: a role's parent has to be there before it.
    case student
    case teacher
    case manager
    case admin
    case auditor

    /// Those that came with later releases: installed where they never were.
    static let later: [RoleTemplate] = [.auditor]

    /// Whether a log has neither it nor another role in its place, and never had.
    func isNew(to model: AccessModel) -> Bool {
        model.roles.index(id: id) == nil && model.former(AccessStream.role(id)) == .none
            && model.roles.index(branch: RBAC.institutionBranch, name: name) == nil
    }

    /// The role's id.
    package var id: String { rawValue }

    /// The role's name.
    package var name: String {
        switch self {
        case .student: "Student"
        case .teacher: "Teacher"
        case .manager: "Manager"
        case .admin: "Admin"
        case .auditor: "Auditor"
        }
    }

    /// What the role is for.
    package var summary: String {
        switch self {
        case .student: "Signs in and sees which permissions there are."
        case .teacher: "Sees roles and who has them."
        case .manager: "Runs a branch: gives and takes roles, and reads its history."
        case .admin: "Administers the institution: holds every permission."
        case .auditor: "Sees and verifies everything that was recorded, and changes nothing."
        }
    }

    /// The junior that it inherits from.
    package var parent: RoleTemplate? {
        switch self {
        case .student, .auditor: nil
        case .teacher: .student
        case .manager: .teacher
        case .admin: .manager
        }
    }

    /// What it adds to what it inherits.
    package var permissions: [BuiltInPermission] {
        switch self {
        case .student: [.readPermissions, .readCourses, .readScheduleChanges]
        case .teacher:
            [
                .listRoles, .readRoles, .readUserRoles, .readClasses, .readEnrolments, .readAssignments,
                .readSubmissions, .readGrades, .readAttendance,
            ]
        case .manager:
            [
                .assignRoles, .renewRoles, .removeRoles, .checkAccess, .explainAccess, .readAccessLogs,
                .writeAccessLogs,
                .readUsers, .readEvents, .readTrails, .readCheckpoint, .readProofs, .readConsistency, .readStudents,
                .readTeachers, .readLeaveRequests, .readFees, .readPayments, .readBranches, .readAnalytics,
                .createExports, .readExports,
            ]
        case .admin: BuiltInPermission.allCases
        case .auditor: BuiltInPermission.allCases.filter(\.isReading)
        }
    }
}
