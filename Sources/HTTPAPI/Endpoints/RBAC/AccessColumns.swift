import Access
import JSON

extension Columns<RoleRecord> {
    static let roles = Columns(
        "Role",
        .init("roleId", .identifier) { .string($0.id) },
        .init("branchId", .identifier) { .string($0.branchID) },
        .init("name", .string()) { .string($0.name) },
        .init("description", .string()) { .optional($0.description) },
        .init("parentRoleId", .identifier.described("The first of the roles that it inherits from")) {
            .optional($0.parentRoleIDs.first)
        },
        .init("parentRoleIds", .array(of: .identifier).described("The roles that it inherits from")) {
            .json($0.parentRoleIDs.json)
        },
        .init("template", .boolean.described("Whether it was installed as a template")) { .boolean($0.isTemplate) },
        .init("permissionIds", .array(of: .identifier).described("What it grants of itself")) {
            .json($0.permissionIDs.json)
        },
        .init("deniedPermissionIds", .array(of: .identifier).described("What it denies of itself")) {
            .json($0.deniedPermissionIDs.json)
        },
        .init("maximumHolders", .integer().described("How many may have it")) {
            .optional(json: $0.requirements.maximumHolders.map { Array("\($0)".utf8) })
        },
        .init("prerequisiteRoleIds", .array(of: .identifier).described("What it takes to have first")) {
            .json($0.requirements.prerequisiteRoleIDs.json)
        },
        .init("templateRoleId", .identifier.described("The template that it was made from")) {
            .optional($0.templateRoleID)
        },
        .init("createdAt", .timestamp) { .timestamp($0.createdAt) },
        .init("createdBy", .identifier) { .string($0.createdBy) },
        .init("updatedAt", .timestamp) { .timestamp($0.updatedAt) },
        .init("updatedBy", .identifier) { .string($0.updatedBy) },
        .init("version", .integer().described("To be sent as expectedVersion with a change")) { .integer($0.version) }
    )
}

extension Columns<PermissionRecord> {
    static let permissions = Columns(
        "Permission",
        .init("permissionId", .identifier) { .string($0.id) },
        .init("name", .string()) { .string($0.name) },
        .init("resource", .string()) { .string($0.resource) },
        .init("action", .string()) { .string($0.action) },
        .init("description", .string()) { .optional($0.description) },
        .init("createdAt", .timestamp) { .timestamp($0.createdAt) },
        .init("createdBy", .identifier) { .string($0.createdBy) },
        .init("updatedAt", .timestamp) { .timestamp($0.updatedAt) },
        .init("updatedBy", .identifier) { .string($0.updatedBy) },
        .init("version", .integer().described("To be sent as expectedVersion with a change")) { .integer($0.version) }
    )
}

extension Columns<RolePermissionRecord> {
    static let rolePermissions = Columns(
        "RolePermission",
        .init("permissionId", .identifier) { .string($0.permissionID) },
        .init("name", .string()) { .string($0.name) },
        .init("description", .string()) { .optional($0.description) },
        .init("fromRoleId", .identifier.described("The role that grants it of itself")) { .string($0.fromRoleID) },
        .init("own", .boolean.described("Whether it is this role")) { .boolean($0.isOwn) },
        .init("assignedAt", .timestamp) { .timestamp($0.assignedAt) },
        .init("assignedBy", .identifier) { .string($0.assignedBy) }
    )
}

extension Columns<UserRoleRecord> {
    static let userRoles = Columns(
        "UserRole",
        .init("userId", .identifier) { .string($0.userID) },
        .init("roleId", .identifier) { .string($0.roleID) },
        .init("roleName", .string()) { .string($0.roleName) },
        .init("branchId", .identifier) { .string($0.branchID) },
        .init("assignedAt", .timestamp) { .timestamp($0.assignedAt) },
        .init("assignedBy", .identifier) { .string($0.assignedBy) },
        .init("assignedPosition", .position) { .integer($0.assignedPosition) },
        .init("startsAt", .timestamp) { .optional($0.startsAt) },
        .init("expiresAt", .timestamp) { .optional($0.expiresAt) },
        .init("active", .boolean.described("Whether it counts at the moment asked for")) { .boolean($0.isActive) }
    )
}

extension Columns<AccessLogRecord> {
    static let accessLog = Columns(
        "AccessLogEntry",
        .init("id", .string()) { .string($0.id) },
        .init("position", .position) { .integer($0.position) },
        .init("nth", .integer().described("Which of the decisions of the event it is")) { .integer(Int64($0.nth)) },
        .init("createdAt", .timestamp) { .timestamp($0.createdAt) },
        .init("type", .string()) { .string($0.type) },
        .init("userId", .identifier.described("Who acted")) { .string($0.userID) },
        .init("subject", .identifier.described("Whom it is about")) { .optional($0.subject) },
        .init("branchId", .identifier) { .optional($0.branchID) },
        .init("action", .string()) { .string($0.action) },
        .init("resource", .string()) { .string($0.resource) },
        .init("resourceId", .identifier) { .optional($0.resourceID) },
        .init("status", .string()) { .string($0.status) },
        .init("changes", .any) { .optional(json: $0.changes.map { Array($0.utf8) }) },
        .init("ipAddress", .string()) { .optional($0.ipAddress) },
        .init("userAgent", .string()) { .optional($0.userAgent) }
    )
}

extension [String] {
    /// The strings as a JSON array.
    fileprivate var json: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}
