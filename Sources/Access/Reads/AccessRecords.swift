package import Time

/// A role as it is shown (the plan's Role).
package struct RoleRecord: Sendable, Hashable {
    /// The role's id.
    package var id: String
    /// Where it belongs.
    package var branchID: String
    /// Unique in its branch.
    package var name: String
    /// What it is for.
    package var description: String?
    /// The roles that it inherits from.
    package var parentRoleIDs: [String]
    /// Whether it was installed as a template.
    package var isTemplate: Bool
    /// What it grants of itself.
    package var permissionIDs: [String]
    /// What it denies of itself.
    package var deniedPermissionIDs: [String]
    /// What it takes to be given it.
    package var requirements: RoleRequirements
    /// The template that it was made from.
    package var templateRoleID: String?
    /// When it was defined.
    package var createdAt: Timestamp
    /// Who defined it.
    package var createdBy: String
    /// When its name, description or parent last changed.
    package var updatedAt: Timestamp
    /// Who changed it.
    package var updatedBy: String
    /// The version to change it on.
    package var version: Int64
}

/// A permission as it is shown (the plan's Permission).
package struct PermissionRecord: Sendable, Hashable {
    /// The permission's id.
    package var id: String
    /// `resource:action`.
    package var name: String
    /// What it protects.
    package var resource: String
    /// What may be done to it.
    package var action: String
    /// What it is for.
    package var description: String?
    /// When it was created.
    package var createdAt: Timestamp
    /// Who created it.
    package var createdBy: String
    /// When its description last changed.
    package var updatedAt: Timestamp
    /// Who changed it.
    package var updatedBy: String
    /// The version to change it on.
    package var version: Int64
}

/// A permission that a role grants.
package struct RolePermissionRecord: Sendable, Hashable {
    /// The permission's id.
    package var permissionID: String
    /// `resource:action`.
    package var name: String
    /// What it is for.
    package var description: String?
    /// The role that grants it of itself: this one, or the nearest it inherits from.
    package var fromRoleID: String
    /// Whether the role grants it of itself.
    package var isOwn: Bool
    /// When it was assigned to that role.
    package var assignedAt: Timestamp
    /// Who assigned it.
    package var assignedBy: String
}

/// A role that a user has (the plan's UserRole).
package struct UserRoleRecord: Sendable, Hashable {
    /// The user.
    package var userID: String
    /// The role.
    package var roleID: String
    /// The role's name.
    package var roleName: String
    /// Where it holds.
    package var branchID: String
    /// When it was assigned.
    package var assignedAt: Timestamp
    /// Who assigned it.
    package var assignedBy: String
    /// The position of the event that assigned it.
    package var assignedPosition: Int64
    /// From when on it counts; nil for from when it was assigned.
    package var startsAt: Timestamp?
    /// From when on it counts no more.
    package var expiresAt: Timestamp?
    /// Whether it counted at the moment asked for.
    package var isActive: Bool
}

/// A line of the access log (the plan's AuditLog).
package struct AccessLogRecord: Sendable, Hashable {
    /// The event's position.
    package var position: Int64
    /// Which of the decisions of the event it is, from 0 on.
    package var nth: Int32
    /// The event's id.
    package var id: String
    /// When it was recorded.
    package var createdAt: Timestamp
    /// The event's type.
    package var type: String
    /// Who acted.
    package var userID: String
    /// Whom it is about.
    package var subject: String?
    /// The branch.
    package var branchID: String?
    /// What was done.
    package var action: String
    /// To what.
    package var resource: String
    /// To which.
    package var resourceID: String?
    /// How it ended.
    package var status: String
    /// What changed, as JSON text.
    package var changes: String?
    /// From where, until it is erased.
    package var ipAddress: String?
    /// With what, until it is erased.
    package var userAgent: String?
}
