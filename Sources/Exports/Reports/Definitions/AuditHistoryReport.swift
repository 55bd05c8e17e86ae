extension ExportReport {
    /// The history, event by event.
    static let auditHistory = ExportReport(
        "audit-history",
        "Audit history",
        "Every event that the reader may see: who did what to what, and when.",
        from: ["audit"],
        rows: .ofEvents(permission: "audit.events:read"),
        personal: "log.personal:read",
        key: ["position"],
        sort: ["position"],
        day: "day",
        words: .init(open: "words", personal: "personal_words"),
        [
            ExportColumn("position", .integer),
            ExportColumn("recordedAt", .timestamp),
            ExportColumn("day", .day, isUsual: false),
            ExportColumn("actor"),
            ExportColumn("action"),
            ExportColumn("type"),
            ExportColumn("resource"),
            ExportColumn("resourceId", title: "Resource ID"),
            ExportColumn("subject"),
            ExportColumn("branchId", title: "Branch ID"),
            ExportColumn("status"),
            ExportColumn("stream", isUsual: false),
            ExportColumn("version", .integer, isUsual: false),
            ExportColumn("correlationId", title: "Trace ID", isUsual: false),
            ExportColumn("data", .json),
            .personal("personal", .json, isUsual: false),
            .personal("ipAddress", isUsual: false),
            .personal("userAgent", isUsual: false),
        ]
    )
}
