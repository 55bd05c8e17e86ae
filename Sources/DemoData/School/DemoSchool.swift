import Events
import Institution
import Time

/// The school's records through the year: what its information system reports, week by week, decided by the seed.
struct DemoSchool: Sendable {
    struct Student: Sendable {
        var id: String
        var branch: String
        /// The home class.
        var schoolClass: Int
        /// The courses, and the enrolments in them.
        var courses: [Int]
        var enrolments: [String]
        var isThere = true
    }

    struct Course: Sendable {
        var id: String
        var branch: String
        var title: String
        var teacher: String?
    }

    struct SchoolClass: Sendable {
        var id: String
        var branch: String
        var name: String
    }

    struct Fee: Sendable {
        var id: String
        var student: Int
        var branch: String
        var amount: Int64
    }

    /// The user that the information system signs in as.
    static let system = "information-system"
    /// How the system names itself in what it reports.
    static let source = "https://records.school.example"
    static let coursesEach = 5

    let calendar: DemoCalendar
    let branches: [String]
    let movements: [[DemoMovement]]
    let principals: [String: String]
    var random: DemoRandom
    var students: [Student] = []
    var numbers: [String: Int] = [:]
    var teachers: [String: [String]] = [:]
    var courses: [Course] = []
    var classes: [SchoolClass] = []
    /// Fees that wait to be paid, by the week in which that happens.
    var payments: [Int: [Fee]] = [:]
    /// Work that waits to be graded, by the week in which that happens.
    var grading: [Int: [DemoFact]] = [:]
    var count = 0

    init(seed: UInt64, calendar: DemoCalendar, year: DemoYear) {
        self.calendar = calendar
        branches = year.branches
        movements = year.movements
        random = DemoRandom(seed: seed ^ 0x5C00_15C0_0150_0015)
        principals = Dictionary(
            year.people.filter { $0.role == .principal }.map { ($0.branch, $0.id) },
            uniquingKeysWith: { first, _ in first }
        )
        let pupils = year.movements.joined().filter { movement in
            if case .joined(let person) = movement { DemoRole.stages.contains(person.role) } else { false }
        }
        setUp(studentsPerBranch: max(1, pupils.count / branches.count))
    }

    /// A number that no other thing has.
    mutating func next(_ kind: String) -> String {
        count += 1
        return "\(kind)-\(count)"
    }

    // MARK: What there is from the beginning

    private static let fields = [
        "Mathematics", "Physics", "Chemistry", "Biology", "History", "Geography", "Literature", "Music", "Art",
        "Economics",
    ]

    private mutating func setUp(studentsPerBranch: Int) {
        // Thirty courses and twenty-four classes where there are six hundred students.
        let courseCount = min(30, max(Self.coursesEach, studentsPerBranch / 20))
        let classCount = max(1, studentsPerBranch / 25)
        for branch in branches {
            for number in 0..<courseCount {
                let field = Self.fields[number % Self.fields.count]
                let level = number / Self.fields.count + 1
                courses.append(
                    Course(
                        id: "\(branch)-\(field.lowercased())-\(level)",
                        branch: branch,
                        title: "\(field) \(String(repeating: "I", count: level))"
                    )
                )
            }
            for number in 0..<classCount {
                let name = "\(5 + number / 4)\(["a", "b", "c", "d"][number % 4])"
                classes.append(SchoolClass(id: "\(branch)-\(name)", branch: branch, name: name))
            }
        }
    }

    // MARK: Weeks

    /// What is reported in a week of the plan: the first is the opening, then come the weeks of the year and its end.
    mutating func week(_ index: Int) -> [DemoPhase] {
        var phases: [DemoPhase] = []
        if index == 0 { phases.append(DemoPhase(facts: opening(), isOrdered: true)) }
        let week = min(max(index - 1, 0), DemoCalendar.weeks - 1)
        phases.append(DemoPhase(facts: movements[index].flatMap { moved($0, week) }, isOrdered: true))
        guard index > 0, index <= DemoCalendar.weeks else { return phases }
        phases.append(DemoPhase(facts: begun(week), isOrdered: true))
        if DemoCalendar.schoolWeeks.contains(week) {
            phases.append(DemoPhase(facts: lessons(week), isOrdered: false))
        }
        phases.append(DemoPhase(facts: settled(week), isOrdered: false))
        return phases
    }

    private func opening() -> [DemoFact] {
        let at = calendar.time(week: 0, day: 0, minute: 6 * 60)
        var facts: [DemoFact] = []
        for branch in branches {
            let opened = Institution.BranchOpened(
                branchID: branch,
                name: branch.prefix(1).uppercased() + branch.dropFirst(),
                timeZone: "Europe/Berlin",
                currency: "EUR"
            )
            facts.append(DemoFact(payload: opened, at: at))
        }
        for course in courses {
            let field = course.title.prefix { $0 != " " }.lowercased()
            let created = Institution.CourseCreated(
                courseID: course.id,
                branchID: course.branch,
                title: course.title,
                field: field,
                credits: 4
            )
            facts.append(DemoFact(payload: created, at: at))
        }
        for schoolClass in classes {
            let created = Institution.ClassCreated(
                classID: schoolClass.id,
                branchID: schoolClass.branch,
                name: schoolClass.name,
                gradeLevel: String(schoolClass.name.dropLast()),
                capacity: 30
            )
            facts.append(DemoFact(payload: created, at: at))
        }
        return facts
    }
}
