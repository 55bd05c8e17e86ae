extension Resource {
    static let attendance: [Resource] = [marks, registers]

    private static let marks = Resource(
        "attendance",
        "Attendance",
        "Whether a student was in a lesson.",
        in: "attendance",
        table: "marks",
        of: [.lesson],
        key: ["studentId", "date", "courseId", "period"],
        history: false,
        [
            .id("studentId", "The student"),
            ResourceColumn("date", .day, "The day of the lesson", use: [.filter, .sort]),
            .id("courseId", "The course"),
            ResourceColumn("period", .integer, "Which lesson of the day; 0 where there is one a day", use: .filter),
            .id("classId", "The class"),
            branch,
            .choice("status", ["present", "absent", "late", "excused"], "How the student was found"),
            ResourceColumn("minutesLate", .integer, "How late", use: .filter),
            ResourceColumn("markedBy", .text, "Who marked it", use: .filter),
            ResourceColumn("recordedAt", .timestamp, "When it was recorded", column: "from_at", use: .filter),
            .personal("note", "What is to be known about it"),
        ]
    )

    private static let registers = Resource(
        "registers",
        "Register",
        "The attendance of a whole class in a lesson, in numbers.",
        in: "attendance",
        of: [.lesson],
        permission: "attendance",
        key: ["courseId", "date", "period", "classId"],
        history: false,
        [
            .id("courseId", "The course"),
            ResourceColumn("date", .day, "The day of the lesson", use: [.filter, .sort]),
            ResourceColumn("period", .integer, "Which lesson of the day; 0 where there is one a day", use: .filter),
            .id("classId", "The class; empty for the whole course"),
            branch,
            ResourceColumn("markedBy", .text, "Who took it", use: .filter),
            ResourceColumn("count", .integer, "How many students"),
            ResourceColumn("present", .integer, "How many were there"),
            ResourceColumn("absent", .integer, "How many were not"),
            ResourceColumn("late", .integer, "How many were late"),
            ResourceColumn("excused", .integer, "How many were excused"),
            ResourceColumn("recordedAt", .timestamp, "When it was recorded", column: "from_at", use: .filter),
        ]
    )
}
