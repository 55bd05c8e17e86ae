import Access
import Events
import Institution

/// The school as the plan goes through its year: who is there, and in which roles.
struct DemoYear {
    struct Person: Sendable {
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
    /// How many teachers there are among those who join, and how many have joined so far.
    private let teachersToJoin: Int
    private var joined = 0
    /// Who came, moved and left, in the weeks of `weeks`.
    private(set) var movements: [[DemoMovement]] = []
    private var weekMovements: [DemoMovement] = []
    private var known: Set<String> = []
    /// Who stood in for somebody already, and as what.
    var standIns: [String: DemoRole] = [:]
    /// Who works at the help desk as well.
    var helpDesk: Set<String> = []
    private var week: [DemoAction] = []

    init(seed: UInt64, users: Int, calendar: DemoCalendar) {
        self.calendar = calendar
        random = DemoRandom(seed: seed)
        let count = min(max(2, users / 1_000 + 2), 8)
        branches = Array(random.shuffled(DemoNames.branches).prefix(count))
        arrivals = Self.arrivals(users - Self.staff.count * count)
        // One teacher for fifteen students, those that every branch begins with included.
        let here = Self.staff.filter { $0 == .teacher }.count * count
        let arriving = arrivals.reduce(0, +)
        teachersToJoin = max(0, min(arriving, (arriving + here + 8) / 16 - here))
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
        movements.append(weekMovements)
        week = []
        weekMovements = []
    }

    mutating func note(_ movement: DemoMovement) {
        weekMovements.append(movement)
    }

    /// Who decides in a branch.
    func principal(of branch: String) -> String {
        people.first { $0.branch == branch && $0.role == .principal }?.id ?? administrator
    }

    // MARK: The beginning

    private mutating func openBranches() {
        addInformationSystem()
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

    /// The system that keeps the school's records, and reports what happens: a service with a token of its own.
    private mutating func addInformationSystem() {
        let role = DefineRole(
            roleID: DemoSchool.system,
            branch: RBAC.institutionBranch,
            name: "Information system",
            description: "Reports what happens at the school.",
            permissionIDs: FactType.all.map(\.permission)
        )
        add(administrator, .defineRole(role))
        add(
            administrator,
            .register(RegisterUser(userID: DemoSchool.system, kind: .service, name: "Information system"))
        )
        let assign = AssignRole(userID: DemoSchool.system, roleID: role.roleID, branch: RBAC.institutionBranch)
        add(administrator, .assign(assign))
    }

    private mutating func arrive(_ week: Int) {
        for _ in 0..<arrivals[week] {
            let branch = random.pick(branches)
            joined += 1
            // Spread evenly, so that their number is exact.
            let all = arrivals.reduce(0, +)
            let isTeacher = joined * teachersToJoin / all > (joined - 1) * teachersToJoin / all
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
        let person = Person(id: id, name: "\(given) \(family)", branch: branch, role: role)
        people.append(person)
        note(.joined(person))
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

/// What happens to a person that the school's records have to follow.
enum DemoMovement: Sendable {
    case joined(DemoYear.Person)
    case left(DemoYear.Person)
    case moved(DemoYear.Person, to: String)
}
