extension ExportReport {
    /// The plan's exportStudentReportToPDF: what is asked for as `reportId` is the student.
    static let student = ExportReport(
        "student-report",
        "Student report",
        "A student's courses, grades and attendance.",
        from: ["attendance", "coursework", "people", "teaching"],
        rows: .ofBranches(permission: "institution.grades:read"),
        also: ["institution.attendance:read", "institution.enrolments:read"],
        key: ["studentId", "part", "date", "id"],
        sort: ["part", "date", "courseId"],
        required: ["studentId"],
        day: "date",
        [
            ExportColumn("studentId", title: "Student ID", isUsual: false),
            .student,
            ExportColumn("branchId", title: "Branch ID", isUsual: false),
            ExportColumn("part", .integer, isUsual: false),
            ExportColumn("section"),
            ExportColumn("date", .day),
            ExportColumn("courseId", title: "Course ID", isUsual: false),
            ExportColumn("course"),
            ExportColumn("item"),
            .personal("mark"),
            ExportColumn("score", .integer),
            ExportColumn("maximum", .integer),
            ExportColumn("id", title: "ID", isUsual: false),
            .personal("remark"),
        ]
    )
}
