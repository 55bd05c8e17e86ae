extension ExportReport {
    /// The plan's exportAttendanceToExcel.
    static let attendanceByCourse = ExportReport(
        "attendance-by-course",
        "Attendance by course",
        "Who was in each lesson of a course.",
        from: ["attendance", "people", "teaching"],
        rows: .ofBranches(permission: "institution.attendance:read"),
        key: ["studentId", "date", "courseId", "period"],
        sort: ["date", "period", "studentId"],
        required: ["courseId"],
        day: "date",
        chart: .lines("Attendance by day", by: "date", each: ["status"]),
        [
            ExportColumn("date", .day),
            ExportColumn("period", .integer),
            ExportColumn("courseId", title: "Course ID"),
            ExportColumn("course"),
            ExportColumn("classId", title: "Class ID"),
            ExportColumn("studentId", title: "Student ID"),
            .student,
            ExportColumn("status"),
            ExportColumn("minutesLate", .integer),
            ExportColumn("markedBy"),
            ExportColumn("recordedAt", .timestamp, isUsual: false),
            ExportColumn("branchId", title: "Branch ID", isUsual: false),
            .personal("note", isUsual: false),
        ]
    )
}
