extension ExportReport {
    /// The plan's exportAttendanceToPDF.
    static let attendanceByBranch = ExportReport(
        "attendance-by-branch",
        "Attendance by branch",
        "How many were there, late, absent and excused in each course of a branch on each day.",
        from: ["attendance", "people", "teaching"],
        rows: .ofBranches(permission: "institution.attendance:read"),
        key: ["branchId", "courseId", "date"],
        sort: ["branchId", "date", "courseId"],
        day: "date",
        chart: .bars("Attendance by course", by: "course", of: ["present", "late", "absent", "excused"]),
        [
            ExportColumn("branchId", title: "Branch ID", isUsual: false),
            ExportColumn("branch"),
            ExportColumn("date", .day),
            ExportColumn("courseId", title: "Course ID"),
            ExportColumn("course"),
            ExportColumn("marks", .integer),
            ExportColumn("present", .integer),
            ExportColumn("late", .integer),
            ExportColumn("absent", .integer),
            ExportColumn("excused", .integer),
            ExportColumn("rate", .number, title: "Rate (%)"),
        ]
    )
}
