import Access
import Events

/// The school as the plan goes through its year: who is there, and in which roles.
struct DemoYear {
    struct Person {
        var id: String
        var name: String
        var branch: String
        /// What the person is for good.
        var role: DemoRole
        var activity: DemoRole?
        var hasLeft = false
    }

    let calendar: DemoCalendar
    let branches: [String]
    let administrator = FirstStart.administrator
    private(set) var weeks: [[DemoAction]] = []
    var random: DemoRandom
    var people: [Person] = []
    /// How many join in each week.
    private let arrivals: [Int]
    private var known: Set<String> = []
    /// Who stood in for somebody already, and as what.
    var standIns: [String: DemoRole] = [:]
    /// Who works at the help desk as well.
    var helpDesk: Set<String> = []
    private var week: [DemoAction] = []

    init(seed: UInt64, users: Int, calendar: DemoCalendar) {
        self.calendar = calendar
        random = DemoRandom(seed: seed)
        let count = min(max(2, users / 600 + 2), 8)
        branches = Array(random.shuffled(DemoNames.branches).prefix(count))
        arrivals = Self.arrivals(users - Self.staff.count * count)
    }

    /// Who every branch has from the beginning.
    private static let staff: [DemoRole] = [.principal, .deputy, .librarian, .bursar, .nurse, .teacher, .teacher]

    /// Most come in the first weeks, the others through the year.
    private static func arrivals(_ users: Int) -> [Int] {
        var rest = max(0, users)
        return (0..<DemoCalendar.weeks).map { week in
            let left = DemoCalendar.weeks - week
            let share = week < 4 ? rest / (5 - week) : rest / left
            let count = left == 1 ? rest : share
            rest -= count
            return count
        }
    }

    mutating func run() {
        openBranches()
        endWeek()
        for number in 0..<DemoCalendar.weeks {
            arrive(number)
            changeRoles(number)
            changePeople(number)
            endWeek()
        }
        endYear()
        endWeek()
    }

    mutating func add(_ actor: String, _ step: DemoAction.Step) {
        week.append(DemoAction(actor: actor, step: step))
    }

    private mutating func endWeek() {
        weeks.append(week)
        week = []
    }

    /// Who decides in a branch.
    func principal(of branch: String) -> String {
        people.first { $0.branch == branch && $0.role == .principal }?.id ?? administrator
    }

    // MARK: The beginning

    private mutating func openBranches() {
        for (name, summary) in DemoRole.permissions {
            add(administrator, .createPermission(CreatePermission(name: name, description: summary)))
        }
        for branch in branches {
            for role in DemoRole.allCases { add(administrator, .defineRole(role.definition(in: branch))) }
        }
        for branch in branches {
            for role in Self.staff { join(branch, as: role, by: administrator) }
        }
    }

    private mutating func arrive(_ week: Int) {
        for _ in 0..<arrivals[week] {
            let branch = random.pick(branches)
            let isTeacher = random.percent(6)
            join(branch, as: isTeacher ? .teacher : random.pick(DemoRole.stages), by: principal(of: branch))
        }
    }

    /// Registration is for the head office; the role is for whoever decides in the branch.
    private mutating func join(_ branch: String, as role: DemoRole, by actor: String) {
        var id = "person-\(random.hex())"
        while !known.insert(id).inserted { id = "person-\(random.hex())" }
        let given = random.pick(DemoNames.given)
        let family = random.pick(DemoNames.family)
        let register = RegisterUser(
            userID: id,
            kind: .person,
            name: "\(given) \(family)",
            email: "\(given.lowercased()).\(family.lowercased()).\(id.suffix(4))@school.example"
        )
        add(administrator, .register(register))
        people.append(Person(id: id, name: "\(given) \(family)", branch: branch, role: role))
        assign(id, role, in: branch, by: actor)
    }

    mutating func assign(_ id: String, _ role: DemoRole, in branch: String, by actor: String, until end: Int? = nil) {
        let command = AssignRole(
            userID: id,
            roleID: role.id(in: branch),
            branch: branch,
            expiresAt: end.map { calendar.ends[$0] }
        )
        add(actor, .assign(command))
    }

    mutating func remove(_ id: String, _ role: DemoRole, from branch: String, by actor: String, _ reason: String) {
        add(
            actor,
            .remove(RemoveRole(userID: id, roleID: role.id(in: branch), branch: branch, reason: reason))
        )
    }
}
