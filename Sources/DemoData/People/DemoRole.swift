import Access
import Institution

/// The permissions of the demo's own, and the roles that every branch has: made from the installed templates.
enum DemoRole: String, CaseIterable, Sendable {
    // A role that others inherit from comes before them.
    case lowerSchool = "lower-school"
    case middleSchool = "middle-school"
    case upperSchool = "upper-school"
    case scienceLab = "science-lab"
    case workshop = "workshop"
    case mediaRoom = "media-room"
    case teacher = "teacher"
    case headOfYear = "head-of-year"
    case librarian = "librarian"
    case bursar = "bursar"
    case nurse = "nurse"
    case deputy = "deputy"
    case principal = "principal"

    static let permissions: [(name: String, summary: String)] = [
        ("students.timetable:read", "See one's timetable."),
        ("students.records:read", "Read students' records."),
        ("students.records:update", "Change students' records."),
        ("students.grades:read", "Read grades."),
        ("students.grades:write", "Enter grades."),
        ("attendance.registers:write", "Keep attendance registers."),
        ("courses.materials:write", "Change course materials."),
        ("exams.results:write", "Enter results of examinations."),
        ("library.loans:write", "Lend and take back books."),
        ("fees.invoices:write", "Write invoices."),
        ("fees.payments:read", "See payments."),
        ("health.records:read", "Read health records."),
        ("rooms.science-lab:enter", "Use the science laboratory."),
        ("rooms.workshop:enter", "Use the workshop."),
        ("rooms.media:enter", "Use the media room."),
    ]

    /// The students' stages, youngest first.
    static let stages: [DemoRole] = [.lowerSchool, .middleSchool, .upperSchool]
    /// What students are let into for a term.
    static let activities: [DemoRole] = [.scienceLab, .workshop, .mediaRoom]
    /// What a teacher may do for a while in somebody's stead.
    static let duties: [DemoRole] = [.headOfYear, .librarian, .bursar, .deputy]

    func id(in branch: String) -> String { "\(branch)-\(rawValue)" }

    var name: String {
        switch self {
        case .lowerSchool: "Lower school student"
        case .middleSchool: "Middle school student"
        case .upperSchool: "Upper school student"
        case .scienceLab: "Science laboratory"
        case .workshop: "Workshop"
        case .mediaRoom: "Media room"
        case .teacher: "Class teacher"
        case .headOfYear: "Head of year"
        case .librarian: "Librarian"
        case .bursar: "Bursar"
        case .nurse: "School nurse"
        case .deputy: "Deputy principal"
        case .principal: "Principal"
        }
    }

    private var template: RoleTemplate? {
        switch self {
        case .lowerSchool, .middleSchool, .upperSchool: .student
        case .scienceLab, .workshop, .mediaRoom, .nurse, .headOfYear: nil
        case .teacher, .librarian, .bursar: .teacher
        case .deputy, .principal: .manager
        }
    }

    /// What is read of the school's records, with names and without the rest of the personal text.
    private static let records = ["branches", "students", "teachers", "courses", "classes", "enrolments"]
    private static let lessons = ["attendance", "assignments", "submissions", "grades", "schedule-changes"]
    private static let money = ["fees", "payments", "transactions"]

    private static func reading(_ resources: [String]) -> [String] { resources.map { "institution.\($0):read" } }

    private var permissions: [String] {
        switch self {
        case .lowerSchool, .middleSchool: ["students.timetable:read"]
        case .upperSchool: ["students.timetable:read", "students.grades:read"]
        case .scienceLab: ["rooms.science-lab:enter"]
        case .workshop: ["rooms.workshop:enter"]
        case .mediaRoom: ["rooms.media:enter"]
        case .teacher:
            [
                "students.timetable:read", "students.records:read", "students.grades:read", "students.grades:write",
                "attendance.registers:write", "courses.materials:write", Resource.personalPermission,
            ] + Self.reading(Self.records + Self.lessons)
        case .headOfYear: ["students.records:update"]
        case .librarian: ["library.loans:write"]
        case .bursar: ["fees.invoices:write", "fees.payments:read"] + Self.reading(Self.money)
        case .nurse: ["health.records:read", "students.records:read"]
        case .deputy: ["students.records:read", "students.records:update", "students.grades:read"]
        // Nobody can give what they do not hold, and the principal gives all of these.
        case .principal:
            Self.permissions.map(\.name) + [Resource.personalPermission]
                + Self.reading(Self.records + Self.lessons + Self.money + ["leave-requests"])
        }
    }

    /// The command that defines the role in a branch.
    func definition(in branch: String) -> DefineRole {
        DefineRole(
            roleID: id(in: branch),
            branch: branch,
            name: name,
            parentRoleIDs: [self == .headOfYear ? Self.teacher.id(in: branch) : template?.id].compactMap(\.self),
            permissionIDs: permissions
        )
    }
}
