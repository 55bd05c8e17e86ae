extension Resource {
    static let coursework: [Resource] = [assignmentsSet, submissions, grades]

    private static let assignmentsSet = Resource(
        "assignments",
        "Assignment",
        "Work that students are to hand in.",
        in: "coursework",
        of: [.assignment],
        key: ["assignmentId"],
        [
            .id("assignmentId", "The assignment"),
            .id("courseId", "The course"),
            .id("classId", "The class"),
            .id("teacherId", "Who set it"),
            branch,
            ResourceColumn("title", .text, "What it is called", use: [.filter, .sort]),
            ResourceColumn("dueAt", .timestamp, "Until when it is to be handed in", use: .filter),
            ResourceColumn("maximumScore", .integer, "The best score, in hundredths of a point"),
            .choice("status", ["set", "cancelled"], "Whether it is to be handed in"),
            .personal("details", "What is to be done"),
        ]
    )

    private static let submissions = Resource(
        "submissions",
        "Submission",
        "Work that a student handed in.",
        in: "coursework",
        of: [.submission],
        key: ["submissionId"],
        [
            .id("submissionId", "The submission"),
            .id("assignmentId", "The assignment"),
            .id("studentId", "The student"),
            .id("courseId", "The course"),
            branch,
            ResourceColumn("submittedAt", .timestamp, "When it was handed in", use: [.filter, .sort]),
            ResourceColumn("late", .boolean, "Whether it came too late", use: .filter),
            ResourceColumn("attachments", .json, "The files"),
            .personal("text", "What the student wrote"),
        ]
    )

    private static let grades = Resource(
        "grades",
        "Grade",
        "A grade that a student was given.",
        in: "coursework",
        of: [.grade],
        key: ["gradeId"],
        [
            .id("gradeId", "The grade"),
            .id("studentId", "The student"),
            .id("courseId", "The course"),
            .id("assignmentId", "What was graded, if it is one piece of work"),
            branch,
            .choice("kind", ["assignment", "examination", "term", "final"], "What is graded"),
            ResourceColumn("score", .integer, "The score, in hundredths of a point", use: [.filter, .sort]),
            ResourceColumn("maximumScore", .integer, "The best score, in hundredths of a point"),
            ResourceColumn("mark", .text, "The mark as it is written", use: .filter),
            ResourceColumn("gradedBy", .text, "Who gave it", use: .filter),
            .personal("comment", "What the student is told about it"),
        ]
    )
}
