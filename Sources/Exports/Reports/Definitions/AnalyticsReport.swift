extension ExportReport {
    /// The plan's exportAnalyticsToCSV: its metric type is the column `measure`.
    static let analytics = ExportReport(
        "analytics",
        "Analytics",
        "How many there were of what, in which state, by the end of each day.",
        from: ["analytics"],
        rows: .ofBranches(permission: "analytics:read"),
        key: ["branchId", "measure", "state", "currency", "day"],
        sort: ["measure", "branchId", "state", "currency", "day"],
        day: "day",
        hasDaysOfUTC: true,
        chart: .lines("Changes by day", by: "day", each: ["measure", "state"], sum: "change"),
        [
            ExportColumn("branchId", title: "Branch ID"),
            ExportColumn("day", .day),
            ExportColumn("measure"),
            ExportColumn("state"),
            ExportColumn("change", .integer),
            ExportColumn("count", .integer),
            ExportColumn("currency"),
            // Rows are of several measures, and the total is one of its own each day.
            .money("amount", isSummed: false),
            .money("total", isSummed: false),
        ]
    )
}
