extension ExportReport {
    /// Who holds which role.
    static let accessReview = ExportReport(
        "access-review",
        "Access review",
        "Who held which role in which branch, who gave it, until when, and what it holds.",
        from: ["access", "identity"],
        rows: .ofBranches(permission: "rbac.access:review"),
        personal: "log.personal:read",
        key: ["userId", "roleId", "branchId"],
        sort: ["branchId", "userId", "roleId"],
        [
            ExportColumn("branchId", title: "Branch ID"),
            ExportColumn("userId", title: "User ID"),
            .personal("name"),
            ExportColumn("kind"),
            ExportColumn("roleId", title: "Role ID"),
            ExportColumn("role"),
            ExportColumn("assignedBy"),
            ExportColumn("assignedAt", .timestamp),
            ExportColumn("startsAt", .timestamp),
            ExportColumn("expiresAt", .timestamp),
            ExportColumn("assignedPosition", .integer),
            ExportColumn("inherits"),
            ExportColumn("permissions"),
        ]
    )
}
