import Events

extension FactType {
    private static let teachingKeys = ["teacherId", "courseId", "classId"]
    private static let lessonKeys = ["courseId", "date", "period"]
    private static let anytime: Set<Standing> = [.absent, .active]

    /// Courses and classes, who teaches them, who is in them, and who came.
    static let teaching: [FactType] = [
        FactType(Institution.CourseCreated.self, .course, ["courseId"], from: [.absent], branch),
        FactType(Institution.CourseUpdated.self, .course, ["courseId"], from: [.active]),
        FactType(Institution.CourseClosed.self, .course, ["courseId"], from: [.active], to: .ended),

        FactType(Institution.ClassCreated.self, .schoolClass, ["classId"], from: [.absent], branch, course, teacher),
        FactType(Institution.ClassUpdated.self, .schoolClass, ["classId"], from: [.active], course, teacher),
        FactType(Institution.ClassClosed.self, .schoolClass, ["classId"], from: [.active], to: .ended),
        FactType(
            Institution.ClassMembersAdded.self,
            .schoolClass,
            ["classId"],
            from: [.active],
            FactReference("studentIds/*", .student)
        ),
        FactType(
            Institution.ClassMembersRemoved.self,
            .schoolClass,
            ["classId"],
            from: [.active],
            FactReference("studentIds/*", .student)
        ),

        FactType(
            Institution.TeacherAssigned.self,
            .teaching,
            teachingKeys,
            from: [.absent, .ended],
            branch,
            teacher,
            course,
            schoolClass
        ),
        FactType(Institution.TeacherUnassigned.self, .teaching, teachingKeys, from: [.active], to: .ended),

        FactType(
            Institution.StudentEnrolled.self,
            .enrolment,
            ["enrolmentId"],
            from: [.absent],
            branch,
            student,
            FactReference("courseId", .course, mustBeActive: true),
            schoolClass
        ),
        FactType(Institution.EnrolmentEnded.self, .enrolment, ["enrolmentId"], from: [.active], to: .ended),

        // Marks of one lesson come from many hands; the later one counts, and none has to know of the others.
        FactType(
            Institution.AttendanceMarked.self,
            .lesson,
            lessonKeys,
            from: anytime,
            isOrdered: false,
            branchOnce,
            student,
            course,
            schoolClass
        ),
        FactType(
            Institution.RegisterTaken.self,
            .lesson,
            lessonKeys,
            from: anytime,
            isOrdered: false,
            branchOnce,
            course,
            schoolClass,
            FactReference("entries/*/studentId", .student)
        ),

        FactType(
            Institution.ScheduleChanged.self,
            .scheduleChange,
            ["scheduleChangeId"],
            from: [.absent],
            branch,
            course,
            schoolClass,
            teacher
        ),
    ]
}
