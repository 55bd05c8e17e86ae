extension ExportReport {
    /// The reports that there are beside the tables of read models, by name.
    package static let all: [ExportReport] = [
        .accessReview, .analytics, .attendanceByBranch, .attendanceByCourse, .auditHistory, .audit, .feesByBranch,
        .feesByCourse, .student, .students, .teachers, .transactions,
    ]
}
