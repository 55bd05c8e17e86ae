extension ExportReport {
    /// The plan's exportFeesReportToPDF.
    static let feesByCourse = fees(
        "fees-by-course",
        "Fees by course",
        "What is owed for a course, by student.",
        sort: ["dueOn", "studentId"],
        chart: .bars("Fees by state", by: "status", of: figures),
        required: ["courseId"]
    )

    /// The plan's exportFeesDataToExcel.
    static let feesByBranch = fees(
        "fees-by-branch",
        "Fees by branch",
        "What is owed in a branch, by student.",
        sort: ["branchId", "dueOn", "studentId"],
        chart: .bars("Fees by course", by: "course", of: figures)
    )

    private static let figures = ["amount", "paid", "balance"]

    private static func fees(
        _ name: String,
        _ title: String,
        _ summary: String,
        sort: [String],
        chart: ExportChart,
        required: [String] = []
    ) -> ExportReport {
        ExportReport(
            name,
            title,
            summary,
            from: ["finance", "people", "teaching"],
            rows: .ofBranches(permission: "institution.fees:read"),
            key: ["feeId"],
            sort: sort,
            required: required,
            day: "dueOn",
            source: .file("fees"),
            chart: chart,
            [
                ExportColumn("feeId", title: "Fee ID"),
                ExportColumn("branchId", title: "Branch ID", isUsual: false),
                ExportColumn("branch"),
                ExportColumn("courseId", title: "Course ID"),
                ExportColumn("course"),
                ExportColumn("studentId", title: "Student ID"),
                .student,
                ExportColumn("kind"),
                ExportColumn("dueOn", .day),
                ExportColumn("status"),
                ExportColumn("currency"),
                .money("amount"),
                .money("waived"),
                .money("paid"),
                .money("balance"),
                ExportColumn("chargedAt", .timestamp, isUsual: false),
                .personal("note", isUsual: false),
            ]
        )
    }
}
