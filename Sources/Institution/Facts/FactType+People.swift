import Events

extension FactType {
    static let branch = FactReference("branchId", .branch, mustBeActive: true)
    static let branchOnce = FactReference("branchId", .branch)
    static let student = FactReference("studentId", .student)
    static let teacher = FactReference("teacherId", .teacher)
    static let course = FactReference("courseId", .course)
    static let schoolClass = FactReference("classId", .schoolClass)

    /// Branches, students and teachers. Whoever left may come again.
    static let people: [FactType] = [
        FactType(Institution.BranchOpened.self, .branch, ["branchId"], from: [.absent, .ended]),
        FactType(Institution.BranchUpdated.self, .branch, ["branchId"], from: [.active]),
        FactType(Institution.BranchClosed.self, .branch, ["branchId"], from: [.active], to: .ended),

        FactType(Institution.StudentCreated.self, .student, ["studentId"], from: [.absent, .ended], branch),
        FactType(Institution.StudentUpdated.self, .student, ["studentId"], from: [.active]),
        FactType(
            Institution.StudentTransferred.self,
            .student,
            ["studentId"],
            from: [.active],
            branchField: "fromBranchId",
            branch
        ),
        FactType(Institution.StudentLeft.self, .student, ["studentId"], from: [.active], to: .ended),

        FactType(Institution.TeacherCreated.self, .teacher, ["teacherId"], from: [.absent, .ended], branch),
        FactType(Institution.TeacherUpdated.self, .teacher, ["teacherId"], from: [.active]),
        FactType(Institution.TeacherLeft.self, .teacher, ["teacherId"], from: [.active], to: .ended),
    ]

    /// Leave: asked for, decided once, and taken back before or after that.
    static let leave: [FactType] = [
        FactType(
            Institution.LeaveRequested.self,
            .leave,
            ["leaveRequestId"],
            from: [.absent],
            to: .waiting,
            branch,
            FactReference("userId", .student, where: ("requester", "student")),
            FactReference("userId", .teacher, where: ("requester", "teacher"))
        ),
        FactType(Institution.LeaveApproved.self, .leave, ["leaveRequestId"], from: [.waiting]),
        FactType(Institution.LeaveRejected.self, .leave, ["leaveRequestId"], from: [.waiting], to: .ended),
        FactType(Institution.LeaveCancelled.self, .leave, ["leaveRequestId"], from: [.waiting, .active], to: .ended),
    ]
}
