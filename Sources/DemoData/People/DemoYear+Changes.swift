import Access
import Events

extension DemoYear {
    // MARK: Roles

    /// What the school changes about its roles in a week.
    mutating func changeRoles(_ week: Int) {
        switch week {
        case 6: openHelpDesk()
        case 9: defineByMistake()
        case 18, 36: for branch in branches { allowResults(in: branch) }
        case 22, 40: for branch in branches { disallowResults(in: branch) }
        case 26: renameNurses()
        default: break
        }
    }

    /// In the weeks of examinations teachers enter results.
    private mutating func allowResults(in branch: String) {
        let role = DemoRole.teacher.id(in: branch)
        add(administrator, .assignPermission(AssignPermission(roleID: role, permissionID: "exams.results:write")))
    }

    private mutating func disallowResults(in branch: String) {
        let role = DemoRole.teacher.id(in: branch)
        add(administrator, .revokePermission(RevokePermission(roleID: role, permissionID: "exams.results:write")))
    }

    /// A new permission, and a role of the institution's own for it.
    private mutating func openHelpDesk() {
        let permission = "laptops.loans:write"
        add(administrator, .createPermission(CreatePermission(name: permission, description: "Lend laptops.")))
        let role = DefineRole(
            roleID: "help-desk",
            branch: RBAC.institutionBranch,
            name: "Help desk",
            description: "Lends laptops in every branch.",
            permissionIDs: [permission, "library.loans:write"]
        )
        add(administrator, .defineRole(role))
        for index in people.indices.filter({ people[$0].role == .teacher }).prefix(branches.count) {
            helpDesk.insert(people[index].id)
            add(administrator, .assign(AssignRole(userID: people[index].id, roleID: "help-desk")))
        }
    }

    private mutating func defineByMistake() {
        let branch = random.pick(branches)
        let role = DefineRole(
            roleID: "\(branch)-substitute",
            branch: branch,
            name: "Substitute",
            description: "Not needed: class teachers take over.",
            parentRoleIDs: [DemoRole.teacher.id(in: branch)]
        )
        add(administrator, .defineRole(role))
        add(administrator, .deleteRole(DeleteRole(roleID: role.roleID)))
    }

    private mutating func renameNurses() {
        for branch in branches {
            let role = DemoRole.nurse.id(in: branch)
            add(administrator, .updateRole(UpdateRole(roleID: role, name: "Health officer")))
        }
    }

    // MARK: People

    /// What happens to people in a week.
    mutating func changePeople(_ week: Int) {
        for index in people.indices where !people[index].hasLeft {
            if DemoRole.stages.contains(people[index].role) {
                changeStudent(index, week)
            } else if people[index].role == .teacher {
                changeTeacher(index, week)
            }
        }
        if week == 45 { eraseOne() }
    }

    private mutating func changeStudent(_ index: Int, _ week: Int) {
        let person = people[index]
        let actor = principal(of: person.branch)
        let date = calendar.date(week: week, day: random.below(5))
        if [5, 20, 34].contains(week), person.activity == nil, random.percent(45) {
            let activity = random.pick(DemoRole.activities)
            people[index].activity = activity
            assign(person.id, activity, in: person.branch, by: actor)
        } else if [16, 31, 44].contains(week), let activity = person.activity {
            people[index].activity = nil
            remove(person.id, activity, from: person.branch, by: actor, "End of term")
        } else if person.activity == nil, random.once(in: 600) {
            leave(index, by: actor, "Left the school on \(date)")
        } else if person.activity == nil, random.once(in: 1_200) {
            transfer(index, by: actor, date)
        } else if random.once(in: 4_000) {
            // Somebody took the wrong line of a list, and saw it the next day.
            assign(person.id, .bursar, in: person.branch, by: actor)
            remove(person.id, .bursar, from: person.branch, by: actor, "Granted by mistake on \(date)")
        }
    }

    private mutating func changeTeacher(_ index: Int, _ week: Int) {
        let person = people[index]
        let actor = principal(of: person.branch)
        if random.once(in: 500) {
            leave(index, by: actor, "Left the school on \(calendar.date(week: week, day: 4))")
        } else if random.once(in: 150), standIns[person.id] == nil {
            promote(index, by: actor)
        } else if random.once(in: 60) {
            standIn(person, by: actor)
        }
    }

    /// For good, in place of teaching: heads of year are class teachers by inheritance.
    private mutating func promote(_ index: Int, by actor: String) {
        let person = people[index]
        remove(person.id, .teacher, from: person.branch, by: actor, "Became head of year")
        assign(person.id, .headOfYear, in: person.branch, by: actor)
        people[index].role = .headOfYear
    }

    /// For a while, once: a second time the first would have to be over.
    private mutating func standIn(_ person: Person, by actor: String) {
        guard standIns[person.id] == nil else { return }
        let duty = random.pick(DemoRole.duties)
        standIns[person.id] = duty
        assign(person.id, duty, in: person.branch, by: actor, until: random.below(calendar.ends.count))
    }

    private mutating func transfer(_ index: Int, by actor: String, _ date: String) {
        let person = people[index]
        let branch = random.pick(branches.filter { $0 != person.branch })
        note(.moved(person, to: branch))
        remove(person.id, person.role, from: person.branch, by: actor, "Moved to \(branch) on \(date)")
        assign(person.id, person.role, in: branch, by: principal(of: branch))
        people[index].branch = branch
    }

    private mutating func leave(_ index: Int, by actor: String, _ reason: String) {
        let person = people[index]
        remove(person.id, person.role, from: person.branch, by: actor, reason)
        if let activity = person.activity { remove(person.id, activity, from: person.branch, by: actor, reason) }
        if let duty = standIns[person.id] { remove(person.id, duty, from: person.branch, by: actor, reason) }
        if helpDesk.remove(person.id) != nil {
            add(administrator, .remove(RemoveRole(userID: person.id, roleID: "help-desk", reason: reason)))
        }
        people[index].hasLeft = true
        note(.left(person))
    }

    /// One who left asks that nothing personal is kept.
    private mutating func eraseOne() {
        guard let person = people.first(where: \.hasLeft) else { return }
        add(administrator, .erase(userID: person.id, reason: "Asked for by the person after leaving"))
    }

    // MARK: The end

    /// Students move up or leave for good.
    mutating func endYear() {
        for index in people.indices where !people[index].hasLeft {
            let person = people[index]
            guard let stage = DemoRole.stages.firstIndex(of: person.role) else { continue }
            let actor = principal(of: person.branch)
            if person.role == .upperSchool {
                if random.percent(30) { leave(index, by: actor, "Finished school") }
            } else if random.percent(33) {
                let next = DemoRole.stages[stage + 1]
                remove(person.id, person.role, from: person.branch, by: actor, "Moved up")
                assign(person.id, next, in: person.branch, by: actor)
                people[index].role = next
            }
        }
    }
}
