extension ExportReport {
    /// The plan's exportTeachersToExcel.
    static let teachers = ExportReport(
        "teachers",
        "Teachers",
        "The teachers of a branch, or of all, and how many courses each has.",
        from: ["people", "teaching"],
        rows: .ofBranches(permission: "institution.teachers:read"),
        key: ["teacherId"],
        sort: ["branchId", "name"],
        day: "employedOn",
        [
            ExportColumn("teacherId", title: "Teacher ID"),
            .personal("name"),
            ExportColumn("branchId", title: "Branch ID"),
            ExportColumn("branch"),
            ExportColumn("status"),
            ExportColumn("courses", .integer),
            ExportColumn("employedOn", .day),
            ExportColumn("leftOn", .day),
            .personal("email"),
            .personal("phone"),
            .personal("address", isUsual: false),
        ]
    )
}
