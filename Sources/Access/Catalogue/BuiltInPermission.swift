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

    // What roles inherit, deny and require, and what permissions imply
    case addParents = "rbac.role-parents:add"
    case removeParents = "rbac.role-parents:remove"
    case denyPermissions = "rbac.role-denials:deny"
    case liftDenials = "rbac.role-denials:lift"
    case setRequirements = "rbac.role-requirements:set"
    case adoptTemplates = "rbac.role-templates:adopt"
    case addImplications = "rbac.implications:add"
    case removeImplications = "rbac.implications:remove"
    case readSeparations = "rbac.separations:read"
    case setSeparations = "rbac.separations:set"
    case deleteSeparations = "rbac.separations:delete"

    // Users and their roles
    case assignRoles = "rbac.user-roles:assign"
    case renewRoles = "rbac.user-roles:renew"
    case removeRoles = "rbac.user-roles:remove"
    case readUserRoles = "rbac.user-roles:read"
    case checkAccess = "rbac.access:check"
    case explainAccess = "rbac.access:explain"
    case reviewAccess = "rbac.access:review"
    case searchAccess = "rbac.access:search"
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

    // Logging and monitoring
    case readLogEntries = "logs.entries:read"
    case changeLogLevel = "logs.level:change"
    case readRequestLogs = "logs.requests:read"
    case readRequestMetrics = "logs.metrics:read"
    case readHealth = "logs.health:read"
    case readAlerts = "logs.alerts:read"
    case manageAlerts = "logs.alerts:manage"
    case exportLogs = "logs:export"
    case archiveLogs = "logs:archive"
    case clearLogs = "logs:clear"
    case readAuditReports = "audit.reports:read"
    case scrapeMetrics = "metrics:read"

    // Notifications
    case sendNotifications = "notifications:send"
    case sendSecurityNotifications = "security-notifications:send"
    case sendUrgentNotifications = "urgent-notifications:send"
    case readDeliveries = "notifications.deliveries:read"
    case retryDeliveries = "notifications.deliveries:retry"
    case readInboxes = "notifications.inboxes:read"
    case manageInboxes = "notifications.inboxes:manage"
    case readNotificationRules = "notifications.rules:read"
    case setNotificationRules = "notifications.rules:set"

    // Limits of requests
    case readLimits = "limits:read"
    case manageLimits = "limits:manage"

    // Cache
    case readCache = "cache:read"
    case manageCache = "cache:manage"

    // Backups
    case readBackups = "backups:read"
    case manageBackups = "backups:manage"
    case downloadBackups = "backups:download"

    // Exports
    case createExports = "exports:create"
    case readExports = "exports:read"
    case manageExports = "exports:manage"

    // Recovery
    case previewRecovery = "recovery:preview"
    case restore = "recovery:restore"

    /// `resource:action`.
    package var name: String { rawValue }

    /// Whether it lets somebody see, ask and prove, and change nothing.
    var isReading: Bool {
        switch self {
        case .checkAccess, .explainAccess, .reviewAccess, .searchAccess, .listRoles, .exportLogs, .previewRecovery,
            .createExports:
            true
        default: rawValue.hasSuffix(":read")
        }
    }

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
        case .addParents: "Let roles inherit from others."
        case .removeParents: "Let roles inherit from others no more."
        case .denyPermissions: "Let roles deny permissions."
        case .liftDenials: "Let roles deny permissions no more."
        case .setRequirements: "Set how many may have a role, and which roles it takes to be given it."
        case .adoptTemplates: "Take over changes of templates into roles that were made from them."
        case .addImplications: "Let permissions imply others."
        case .removeImplications: "Let permissions imply others no more."
        case .readSeparations: "See which duties are kept separate."
        case .setSeparations: "Keep duties separate."
        case .deleteSeparations: "Keep duties separate no more."
        case .assignRoles: "Assign roles to users."
        case .renewRoles: "Give assignments another end."
        case .removeRoles: "Remove roles from users."
        case .readUserRoles: "See which roles a user has."
        case .checkAccess: "Ask whether a user has a permission."
        case .explainAccess: "Have explained why somebody may do something, or may not,"
        case .reviewAccess: "Review who gained, kept and lost what, and what breaks the rules."
        case .searchAccess: "Search for who may do something, what somebody may do, and on what."
        case .readAccessLogs: "Read access logs."
        case .writeAccessLogs: "Record an access in the access log."
        case .registerUsers: "Register users."
        case .readUsers: "See registered users."
        case .issueTokens: "Issue sign-in tokens."
        case .revokeTokens: "Revoke sign-in tokens, and end all of somebody's sessions of the console."
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
        case .readLogEntries: "Read what the servers say of their running."
        case .changeLogLevel: "Change how much is logged while the servers run."
        case .readRequestLogs: "Read which requests were made, by whom, and how they ended."
        case .readRequestMetrics: "See how many requests there are, how many fail and how long they take."
        case .readHealth: "See how the parts of the system are."
        case .readAlerts: "See alerts."
        case .manageAlerts: "Raise, resolve and silence alerts."
        case .exportLogs: "Export logs for other systems."
        case .archiveLogs: "Archive old log payloads and release them from the database."
        case .clearLogs: "Give up old log payloads, archived or not."
        case .readAuditReports: "Read reports over the audit history."
        case .scrapeMetrics: "Read the servers' metrics."
        case .sendNotifications: "Send notifications to people."
        case .sendSecurityNotifications: "Send notifications that people get whatever they prefer."
        case .sendUrgentNotifications: "Send notifications that come in quiet hours and through mutes."
        case .readDeliveries: "See what became of notifications."
        case .retryDeliveries: "Have failed deliveries tried again."
        case .readInboxes: "Read other people's notifications and preferences."
        case .manageInboxes: "Change other people's notifications, devices and preferences."
        case .readNotificationRules: "See what is told to whom when something happens."
        case .setNotificationRules: "Set what is told to whom when something happens."
        case .readLimits: "See which limits requests have, and whom they refused."
        case .manageLimits: "Set and remove limits of requests."
        case .readCache: "See how the cache stands."
        case .manageCache: "Clear and warm the cache."
        case .readBackups: "See which backups there are, how they stand, and when more are made."
        case .manageBackups: "Make, verify, copy, rehearse, schedule and remove backups."
        case .downloadBackups: "Take the files of backups away: all of the log, encrypted or not."
        case .createExports: "Have reports made into files, of what may be read anyway, now and at set times."
        case .readExports: "See which reports others had made into files, and take away those whose rows may be read."
        case .manageExports: "Call off and remove exports of others, and end their schedules."
        case .previewRecovery: "Preview a restore to a moment."
        case .readAnalytics: "See counts and trends of a branch."
        case .restore: "Restore to a moment."
        default: institutionSummary
        }
    }

    /// What somebody must be allowed, in the institution as a whole, to be able to put any access right.
    ///
    /// Whoever holds all of these administers; no command may leave nobody who does.
    package static let administration: [BuiltInPermission] = [
        .createRoles, .readRoles, .updateRoles, .deleteRoles, .readPermissions, .assignPermissions, .revokePermissions,
        .assignRoles, .removeRoles, .readUserRoles,
    ]

    // The institution: what is known of it, and what its other systems may report, a permission for each type of event
    case readBranches = "institution.branches:read"
    case readStudents = "institution.students:read"
    case readTeachers = "institution.teachers:read"
    case readLeaveRequests = "institution.leave-requests:read"
    case readCourses = "institution.courses:read"
    case readClasses = "institution.classes:read"
    case readEnrolments = "institution.enrolments:read"
    case readScheduleChanges = "institution.schedule-changes:read"
    case readAssignments = "institution.assignments:read"
    case readSubmissions = "institution.submissions:read"
    case readGrades = "institution.grades:read"
    case readAttendance = "institution.attendance:read"
    case readFees = "institution.fees:read"
    case readPayments = "institution.payments:read"
    case readTransactions = "institution.transactions:read"
    case readAnalytics = "analytics:read"
    case readInstitutionPersonal = "institution.personal:read"
    case sendAssignmentCancelled = "events.institution.assignment-cancelled:write"
    case sendAssignmentCreated = "events.institution.assignment-created:write"
    case sendAssignmentUpdated = "events.institution.assignment-updated:write"
    case sendAttendanceMarked = "events.institution.attendance-marked:write"
    case sendBranchClosed = "events.institution.branch-closed:write"
    case sendBranchOpened = "events.institution.branch-opened:write"
    case sendBranchUpdated = "events.institution.branch-updated:write"
    case sendClassClosed = "events.institution.class-closed:write"
    case sendClassCreated = "events.institution.class-created:write"
    case sendClassMembersAdded = "events.institution.class-members-added:write"
    case sendClassMembersRemoved = "events.institution.class-members-removed:write"
    case sendClassUpdated = "events.institution.class-updated:write"
    case sendCourseClosed = "events.institution.course-closed:write"
    case sendCourseCreated = "events.institution.course-created:write"
    case sendCourseUpdated = "events.institution.course-updated:write"
    case sendEnrolmentEnded = "events.institution.enrolment-ended:write"
    case sendFeeCancelled = "events.institution.fee-cancelled:write"
    case sendFeeCharged = "events.institution.fee-charged:write"
    case sendFeeWaived = "events.institution.fee-waived:write"
    case sendGradeRecorded = "events.institution.grade-recorded:write"
    case sendGradeRevised = "events.institution.grade-revised:write"
    case sendLeaveApproved = "events.institution.leave-approved:write"
    case sendLeaveCancelled = "events.institution.leave-cancelled:write"
    case sendLeaveRejected = "events.institution.leave-rejected:write"
    case sendLeaveRequested = "events.institution.leave-requested:write"
    case sendPaymentFailed = "events.institution.payment-failed:write"
    case sendPaymentProcessed = "events.institution.payment-processed:write"
    case sendPaymentRefunded = "events.institution.payment-refunded:write"
    case sendRegisterTaken = "events.institution.register-taken:write"
    case sendScheduleChanged = "events.institution.schedule-changed:write"
    case sendStudentCreated = "events.institution.student-created:write"
    case sendStudentEnrolled = "events.institution.student-enrolled:write"
    case sendStudentLeft = "events.institution.student-left:write"
    case sendStudentTransferred = "events.institution.student-transferred:write"
    case sendStudentUpdated = "events.institution.student-updated:write"
    case sendSubmissionReceived = "events.institution.submission-received:write"
    case sendTeacherAssigned = "events.institution.teacher-assigned:write"
    case sendTeacherCreated = "events.institution.teacher-created:write"
    case sendTeacherLeft = "events.institution.teacher-left:write"
    case sendTeacherUnassigned = "events.institution.teacher-unassigned:write"
    case sendTeacherUpdated = "events.institution.teacher-updated:write"

    /// What reading or reporting allows.
    private var institutionSummary: String {
        if self == .readInstitutionPersonal {
            return "Read personal text of the institution's records, until it is erased."
        }
        let parts = rawValue.split(separator: ":")[0].split(separator: ".")
        let words = parts[parts.count - 1].replacing("-", with: " ")
        return parts[0] == "events" ? "Report events of type institution.\(parts[2])." : "See \(words)."
    }
}
