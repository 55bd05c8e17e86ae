import Events

extension FactType {
    private static let assignment = FactReference("assignmentId", .assignment)

    /// Assignments, what is handed in, and grades.
    static let coursework: [FactType] = [
        FactType(
            Institution.AssignmentCreated.self,
            .assignment,
            ["assignmentId"],
            from: [.absent],
            branch,
            course,
            schoolClass,
            teacher
        ),
        FactType(
            Institution.AssignmentUpdated.self,
            .assignment,
            ["assignmentId"],
            from: [.active],
            course,
            schoolClass,
            teacher
        ),
        FactType(Institution.AssignmentCancelled.self, .assignment, ["assignmentId"], from: [.active], to: .ended),
        FactType(
            Institution.SubmissionReceived.self,
            .submission,
            ["submissionId"],
            from: [.absent],
            branchOnce,
            assignment,
            student,
            course
        ),
        FactType(
            Institution.GradeRecorded.self,
            .grade,
            ["gradeId"],
            from: [.absent],
            branchOnce,
            student,
            course,
            assignment
        ),
        FactType(
            Institution.GradeRevised.self,
            .grade,
            ["gradeId"],
            from: [.active],
            student,
            course,
            assignment
        ),
    ]
}
