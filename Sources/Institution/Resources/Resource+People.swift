extension Resource {
    static let people: [Resource] = [branches, students, teachers, leaveRequests]

    private static let branches = Resource(
        "branches",
        "Branch",
        "A branch of the institution.",
        in: "people",
        of: [.branch],
        key: ["branchId"],
        [
            branch,
            ResourceColumn("name", .text, "What it is called", use: [.filter, .sort]),
            ResourceColumn("code", .text, "A short code for lists", use: .filter),
            ResourceColumn("timeZone", .text, "The IANA time zone that it keeps"),
            ResourceColumn("currency", .text, "The currency that it charges in (ISO 4217)"),
            .choice("status", ["open", "closed"], "Whether it is open"),
            .day("closedOn", "The last day"),
        ]
    )

    private static let students = Resource(
        "students",
        "Student",
        "A student, from admission on.",
        in: "people",
        of: [.student],
        key: ["studentId"],
        [
            .id("studentId", "The student"),
            branch,
            .choice("status", ["active", "left"], "Whether the student is there"),
            ResourceColumn("gradeLevel", .text, "The year or grade", use: [.filter, .sort]),
            .day("admittedOn", "The day of admission"),
            .day("leftOn", "The last day"),
            ResourceColumn("leftReason", .text, "Why the student left", use: .filter),
            .personal("name", "What the student is called", use: [.filter, .sort]),
            .personal("email", "E-mail address", use: .filter),
            .personal("phone", "Phone number"),
            .personal("address", "Postal address"),
            ResourceColumn("birthDate", .day, "Date of birth", isPersonal: true),
            .personal("guardianName", "Who answers for the student"),
            .personal("guardianEmail", "The guardian's e-mail address"),
            .personal("guardianPhone", "The guardian's phone number"),
        ]
    )

    private static let teachers = Resource(
        "teachers",
        "Teacher",
        "A teacher.",
        in: "people",
        of: [.teacher],
        key: ["teacherId"],
        [
            .id("teacherId", "The teacher"),
            branch,
            .choice("status", ["active", "left"], "Whether the teacher is there"),
            .day("employedOn", "The first day"),
            .day("leftOn", "The last day"),
            .personal("name", "What the teacher is called", use: [.filter, .sort]),
            .personal("email", "E-mail address", use: .filter),
            .personal("phone", "Phone number"),
            .personal("address", "Postal address"),
        ]
    )

    private static let leaveRequests = Resource(
        "leave-requests",
        "LeaveRequest",
        "A wish to be away, and what became of it.",
        in: "people",
        of: [.leave],
        key: ["leaveRequestId"],
        [
            .id("leaveRequestId", "The request"),
            branch,
            .id("userId", "Whose leave it is"),
            .choice("status", ["requested", "approved", "rejected", "cancelled"], "How it stands"),
            .choice("requester", ["student", "teacher", "staff"], "Who asks"),
            ResourceColumn("kind", .text, "What for", use: .filter),
            ResourceColumn("fromDate", .day, "The first day away", use: [.filter, .sort]),
            ResourceColumn("toDate", .day, "The last day away", use: [.filter, .sort]),
            ResourceColumn("decidedBy", .text, "Who decided or took it back", use: .filter),
            ResourceColumn("decidedAt", .timestamp, "When that was"),
            .personal("reason", "Why, in the person's words"),
            .personal("decisionNote", "What was said to it"),
        ]
    )
}
