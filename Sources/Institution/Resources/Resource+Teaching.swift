extension Resource {
    static let teaching: [Resource] = [courses, classes, classMembers, assignments, enrolments, scheduleChanges]

    private static let courses = Resource(
        "courses",
        "Course",
        "A course that students can take.",
        in: "teaching",
        of: [.course],
        key: ["courseId"],
        [
            .id("courseId", "The course"),
            branch,
            ResourceColumn("title", .text, "What it is called", use: [.filter, .sort]),
            ResourceColumn("code", .text, "A short code", use: .filter),
            ResourceColumn("field", .text, "The field of study", use: [.filter, .sort]),
            ResourceColumn("credits", .integer, "How much it counts"),
            .choice("status", ["open", "closed"], "Whether students can be enrolled"),
        ]
    )

    private static let classes = Resource(
        "classes",
        "Class",
        "A class: of a course, or a home class.",
        in: "teaching",
        of: [.schoolClass],
        key: ["classId"],
        [
            .id("classId", "The class"),
            branch,
            .id("courseId", "The course that it is taught in"),
            ResourceColumn("name", .text, "What it is called", use: [.filter, .sort]),
            ResourceColumn("gradeLevel", .text, "The year or grade", use: .filter),
            .id("teacherId", "The class teacher"),
            ResourceColumn("capacity", .integer, "How many students it takes"),
            .choice("status", ["open", "closed"], "Whether it exists"),
        ]
    )

    private static let classMembers = Resource(
        "class-members",
        "ClassMember",
        "A student in a class.",
        in: "teaching",
        of: [.schoolClass],
        permission: "classes",
        key: ["classId", "studentId"],
        [.id("classId", "The class"), .id("studentId", "The student"), branch]
    )

    private static let assignments = Resource(
        "teaching-assignments",
        "TeachingAssignment",
        "A teacher's work in a course, or in one class of it.",
        in: "teaching",
        of: [.teaching],
        permission: "teachers",
        key: ["teacherId", "courseId", "classId"],
        [
            .id("teacherId", "The teacher"),
            .id("courseId", "The course"),
            .id("classId", "The class; empty for the whole course"),
            branch,
            ResourceColumn("assignedBy", .text, "Who decided it", use: .filter),
        ]
    )

    private static let enrolments = Resource(
        "enrolments",
        "Enrolment",
        "A student in a course.",
        in: "teaching",
        of: [.enrolment],
        key: ["enrolmentId"],
        [
            .id("enrolmentId", "The enrolment"),
            .id("studentId", "The student"),
            .id("courseId", "The course"),
            .id("classId", "The class"),
            branch,
            .choice("status", ["active", "completed", "failed", "withdrawn", "cancelled"], "How it stands"),
            .day("enrolledOn", "The first day"),
            .day("endedOn", "The last day"),
        ]
    )

    private static let scheduleChanges = Resource(
        "schedule-changes",
        "ScheduleChange",
        "A lesson that is held otherwise than planned.",
        in: "teaching",
        of: [.scheduleChange],
        key: ["scheduleChangeId"],
        [
            .id("scheduleChangeId", "The change"),
            .id("courseId", "The course"),
            .id("classId", "The class"),
            branch,
            ResourceColumn("kind", .text, "What changes", use: .filter),
            ResourceColumn("date", .day, "The day of the lesson", use: [.filter, .sort]),
            ResourceColumn("period", .integer, "Which lesson of the day"),
            ResourceColumn("startsAt", .timestamp, "When it begins now", use: .filter),
            ResourceColumn("endsAt", .timestamp, "When it ends now"),
            ResourceColumn("room", .text, "Where it is now", use: .filter),
            .id("teacherId", "Who teaches it now"),
            ResourceColumn("changedBy", .text, "Who changed it", use: .filter),
            .personal("note", "What is to be known about it"),
        ]
    )
}
