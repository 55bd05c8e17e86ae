import Events
import Institution
import Time

extension DemoSchool {
    /// What is reported when somebody comes, moves or leaves.
    mutating func moved(_ movement: DemoMovement, _ week: Int) -> [DemoFact] {
        let at = calendar.time(week: week, day: 0, minute: 7 * 60)
        let day = calendar.day(week: week, 0)
        switch movement {
        case .joined(let person) where DemoRole.stages.contains(person.role):
            return admitted(person, day, at)
        case .joined(let person) where person.role == .teacher:
            return employed(person, day, at)
        case .left(let person):
            return left(person, day, at)
        case .moved(let person, let branch):
            return transferred(person, to: branch, day, at)
        case .joined:
            return []
        }
    }

    private mutating func admitted(_ person: DemoYear.Person, _ day: CalendarDay, _ at: Timestamp) -> [DemoFact] {
        let level = person.role == .lowerSchool ? "5" : person.role == .middleSchool ? "8" : "11"
        let family = person.name.split(separator: " ").last.map(String.init) ?? person.name
        let guardian = "\(random.pick(DemoNames.given)) \(family)"
        let created = Institution.StudentCreated(
            studentID: person.id,
            branchID: person.branch,
            gradeLevel: level,
            admittedOn: day,
            createdBy: principals[person.branch],
            name: person.name,
            email: "\(person.id)@pupils.school.example",
            phone: "+49 30 555\(1_000 + random.below(9_000))",
            address:
                "\(random.pick(DemoNames.family))str. \(1 + random.below(80))\n10\(100 + random.below(900)) Berlin",
            birthDate: day.adding(days: -Int64(4_000 + random.below(2_500))),
            guardianName: guardian,
            guardianEmail: "\(guardian.lowercased().replacing(" ", with: "."))@example.org"
        )
        numbers[person.id] = students.count
        students.append(Student(id: person.id, branch: person.branch, schoolClass: 0, courses: [], enrolments: []))
        return [DemoFact(payload: created, at: at)] + placed(students.count - 1, day, at)
    }

    /// A student gets a home class and courses.
    private mutating func placed(_ number: Int, _ day: CalendarDay, _ at: Timestamp) -> [DemoFact] {
        let student = students[number]
        let homes = classes.indices.filter { classes[$0].branch == student.branch }
        let offered = courses.indices.filter { courses[$0].branch == student.branch }
        students[number].schoolClass = random.pick(homes)
        students[number].courses = Array(random.shuffled(offered).prefix(Self.coursesEach))
        students[number].enrolments = students[number].courses.map { _ in next("enrolment") }
        let joined = Institution.ClassMembersAdded(
            classID: classes[students[number].schoolClass].id,
            branchID: student.branch,
            studentIDs: [student.id]
        )
        var facts = [DemoFact(payload: joined, at: at)]
        for (course, enrolment) in zip(students[number].courses, students[number].enrolments) {
            let enrolled = Institution.StudentEnrolled(
                enrolmentID: enrolment,
                studentID: student.id,
                courseID: courses[course].id,
                branchID: student.branch,
                enrolledOn: day
            )
            facts.append(DemoFact(payload: enrolled, at: at))
        }
        return facts
    }

    private func withdrawn(_ student: Student, _ day: CalendarDay, _ at: Timestamp) -> [DemoFact] {
        let removed = Institution.ClassMembersRemoved(
            classID: classes[student.schoolClass].id,
            branchID: student.branch,
            studentIDs: [student.id]
        )
        let ended = zip(student.courses, student.enrolments).map { course, enrolment in
            DemoFact(
                payload: Institution.EnrolmentEnded(
                    enrolmentID: enrolment,
                    studentID: student.id,
                    courseID: courses[course].id,
                    branchID: student.branch,
                    outcome: .withdrawn,
                    endedOn: day
                ),
                at: at
            )
        }
        return [DemoFact(payload: removed, at: at)] + ended
    }

    private mutating func employed(_ person: DemoYear.Person, _ day: CalendarDay, _ at: Timestamp) -> [DemoFact] {
        let created = Institution.TeacherCreated(
            teacherID: person.id,
            branchID: person.branch,
            employedOn: day,
            createdBy: principals[person.branch],
            name: person.name,
            email: "\(person.id)@school.example",
            phone: "+49 30 556\(1_000 + random.below(9_000))"
        )
        teachers[person.branch, default: []].append(person.id)
        var facts = [DemoFact(payload: created, at: at)]
        // The first of a branch take what nobody teaches; those who come later take over from them.
        let offered = courses.indices.filter { courses[$0].branch == person.branch }
        let free = offered.filter { courses[$0].teacher == nil }
        let share = (teachers[person.branch]?.count ?? 0) <= 2 ? free.count : 1
        for course in (free.isEmpty ? [random.pick(offered)] : Array(free.prefix(max(1, share / 2)))) {
            courses[course].teacher = person.id
            let assigned = Institution.TeacherAssigned(
                teacherID: person.id,
                courseID: courses[course].id,
                branchID: person.branch,
                assignedBy: principals[person.branch]
            )
            facts.append(DemoFact(payload: assigned, at: at))
        }
        return facts
    }

    private mutating func left(_ person: DemoYear.Person, _ day: CalendarDay, _ at: Timestamp) -> [DemoFact] {
        if let number = numbers[person.id] {
            guard students[number].isThere else { return [] }
            let student = students[number]
            students[number].isThere = false
            let left = Institution.StudentLeft(
                studentID: student.id,
                branchID: student.branch,
                reason: person.role == .upperSchool ? .graduated : .withdrawn,
                leftOn: day
            )
            return withdrawn(student, day, at) + [DemoFact(payload: left, at: at)]
        }
        guard let index = teachers[person.branch]?.firstIndex(of: person.id) else { return [] }
        teachers[person.branch]?.remove(at: index)
        let left = Institution.TeacherLeft(teacherID: person.id, branchID: person.branch, leftOn: day)
        return [DemoFact(payload: left, at: at)]
    }

    private mutating func transferred(
        _ person: DemoYear.Person,
        to branch: String,
        _ day: CalendarDay,
        _ at: Timestamp
    ) -> [DemoFact] {
        guard let number = numbers[person.id], students[number].isThere else { return [] }
        let former = students[number]
        students[number].branch = branch
        let moved = Institution.StudentTransferred(
            studentID: former.id,
            branchID: branch,
            fromBranchID: former.branch,
            transferredOn: day
        )
        return withdrawn(former, day, at) + [DemoFact(payload: moved, at: at)] + placed(number, day, at)
    }
}
