extension ExportReport {
    /// The plan's exportStudentsToExcel.
    static let students = ExportReport(
        "students",
        "Students",
        "The students of a branch, or of all.",
        from: ["people"],
        rows: .ofBranches(permission: "institution.students:read"),
        key: ["studentId"],
        sort: ["branchId", "name"],
        day: "admittedOn",
        [
            ExportColumn("studentId", title: "Student ID"),
            .personal("name"),
            ExportColumn("branchId", title: "Branch ID"),
            ExportColumn("branch"),
            ExportColumn("gradeLevel"),
            ExportColumn("status"),
            ExportColumn("admittedOn", .day),
            ExportColumn("leftOn", .day),
            ExportColumn("leftReason", isUsual: false),
            .personal("email"),
            .personal("phone"),
            .personal("address", isUsual: false),
            .personal("birthDate", .day, isUsual: false),
            .personal("guardianName"),
            .personal("guardianEmail"),
            .personal("guardianPhone"),
        ]
    )
}
