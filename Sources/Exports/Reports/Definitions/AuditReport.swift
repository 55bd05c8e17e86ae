extension ExportReport {
    /// The history in numbers.
    static let audit = ExportReport(
        "audit-report",
        "Audit report",
        "How many events of each type there were on each day, by branch, actor and outcome.",
        from: ["audit"],
        rows: .ofEvents(permission: "audit.reports:read"),
        personal: "log.personal:read",
        key: ["day", "branchId", "type", "resource", "actor", "status"],
        sort: ["day", "type", "actor"],
        day: "day",
        [
            ExportColumn("day", .day),
            ExportColumn("branchId", title: "Branch ID"),
            ExportColumn("type"),
            ExportColumn("resource"),
            ExportColumn("actor"),
            ExportColumn("status"),
            ExportColumn("count", .integer),
            ExportColumn("firstPosition", .integer),
            ExportColumn("lastPosition", .integer),
        ]
    )
}
