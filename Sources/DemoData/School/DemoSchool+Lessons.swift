import Events
import Institution
import Time

extension DemoSchool {
    /// The weeks in which work is set: it is handed in a week later, and graded another week later.
    static let assignmentWeeks = [6, 14, 24]
    /// The weeks in which whole courses sit examinations, and registers are taken.
    static let examinationWeeks = [12, 26, 38]

    /// What is reported of a week's lessons.
    mutating func lessons(_ week: Int) -> [DemoFact] {
        var facts: [DemoFact] = []
        for day in 0..<5 { facts += attendance(week, day) }
        if Self.assignmentWeeks.contains(week - 1) { facts += submissions(week) }
        if Self.examinationWeeks.contains(week) { facts += registers(week) }
        return facts
    }

    /// Every student is marked once a day, in the day's first lesson.
    private mutating func attendance(_ week: Int, _ day: Int) -> [DemoFact] {
        var present: [[Int]] = Array(repeating: [], count: courses.count)
        for number in students.indices where students[number].isThere {
            present[students[number].courses[day % Self.coursesEach]].append(number)
        }
        let date = calendar.day(week: week, day)
        let at = calendar.time(week: week, day: day, minute: 8 * 60 + 15)
        var facts: [DemoFact] = []
        for (course, numbers) in present.enumerated() {
            for number in numbers {
                let draw = random.below(1_000)
                let isLate = draw >= 970 && draw < 990
                let marked = Institution.AttendanceMarked(
                    studentID: students[number].id,
                    courseID: courses[course].id,
                    branchID: courses[course].branch,
                    classID: classes[students[number].schoolClass].id,
                    date: date,
                    period: 1,
                    status: draw < 940 ? .present : draw < 970 ? .absent : isLate ? .late : .excused,
                    minutesLate: isLate ? Int64(1 + random.below(20)) : nil,
                    markedBy: courses[course].teacher
                )
                facts.append(DemoFact(payload: marked, at: at, group: course))
            }
        }
        return facts
    }

    private mutating func registers(_ week: Int) -> [DemoFact] {
        var sitting: [[Int]] = Array(repeating: [], count: courses.count)
        for number in students.indices where students[number].isThere {
            for course in students[number].courses { sitting[course].append(number) }
        }
        let date = calendar.day(week: week, 3)
        var facts: [DemoFact] = []
        for (course, numbers) in sitting.enumerated() where !numbers.isEmpty {
            let entries = numbers.prefix(500).map { number in
                Institution.RegisterTaken.Entry(
                    studentID: students[number].id,
                    status: random.percent(97) ? .present : .absent
                )
            }
            let taken = Institution.RegisterTaken(
                courseID: courses[course].id,
                branchID: courses[course].branch,
                date: date,
                period: 3,
                markedBy: courses[course].teacher,
                entries: entries
            )
            facts.append(
                DemoFact(payload: taken, at: calendar.time(week: week, day: 3, minute: 11 * 60), group: course)
            )
        }
        return facts
    }

    private mutating func submissions(_ week: Int) -> [DemoFact] {
        var facts: [DemoFact] = []
        for number in students.indices where students[number].isThere {
            for course in students[number].courses where random.percent(85) {
                let submission = next("submission")
                let assignment = Self.assignment(courses[course].id, setIn: week - 1)
                let isLate = random.percent(6)
                let at = calendar.time(week: week, day: isLate ? 4 : 2, minute: 15 * 60 + random.below(240))
                let received = Institution.SubmissionReceived(
                    submissionID: submission,
                    assignmentID: assignment,
                    studentID: students[number].id,
                    courseID: courses[course].id,
                    branchID: courses[course].branch,
                    submittedAt: at,
                    late: isLate
                )
                facts.append(DemoFact(payload: received, at: at, group: course))
                grading[week + 1, default: []].append(grade(number, course, assignment, week + 1, course))
            }
        }
        return facts
    }

    private mutating func grade(
        _ number: Int,
        _ course: Int,
        _ assignment: String,
        _ week: Int,
        _ group: Int
    ) -> DemoFact {
        let points = 600 + random.below(1_401)
        let recorded = Institution.GradeRecorded(
            gradeID: next("grade"),
            studentID: students[number].id,
            courseID: courses[course].id,
            branchID: courses[course].branch,
            assignmentID: assignment,
            kind: .assignment,
            score: Int64(points),
            maximumScore: 2_000,
            mark: ["D", "C", "B", "A"][min(3, (points - 600) / 350)],
            gradedBy: courses[course].teacher,
            comment: random.percent(10) ? "Show how you got there." : nil
        )
        return DemoFact(payload: recorded, at: calendar.time(week: week, day: 1, minute: 17 * 60), group: group)
    }

    static func assignment(_ course: String, setIn week: Int) -> String { "\(course)-\(week)" }

    /// Work is set for a course.
    func assignmentsSet(_ week: Int) -> [DemoFact] {
        courses.map { course in
            DemoFact(
                payload: Institution.AssignmentCreated(
                    assignmentID: Self.assignment(course.id, setIn: week),
                    courseID: course.id,
                    branchID: course.branch,
                    teacherID: course.teacher,
                    title: "\(course.title), part \(week / 8 + 1)",
                    dueAt: calendar.time(week: week + 1, day: 3, minute: 22 * 60),
                    maximumScore: 2_000,
                    details: "Exercises \(week + 1) to \(week + 6)."
                ),
                at: calendar.time(week: week, day: 0, minute: 9 * 60)
            )
        }
    }
}
