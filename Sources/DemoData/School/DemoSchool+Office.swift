import Events
import Institution
import Time

extension DemoSchool {
    private static let instalmentWeeks = [1, 11, 21, 31]
    private static let finalWeek = 40

    /// What a week begins with: work that is set, fees, leave that is asked for and decided, lessons that are moved.
    mutating func begun(_ week: Int) -> [DemoFact] {
        var facts: [DemoFact] = []
        if Self.assignmentWeeks.contains(week) { facts += assignmentsSet(week) }
        if Self.instalmentWeeks.contains(week) { facts += fees(week) }
        if DemoCalendar.schoolWeeks.contains(week) { facts += leave(week) + scheduleChanges(week) }
        return facts
    }

    /// What a week ends with: grades, payments, and corrections of what was marked.
    mutating func settled(_ week: Int) -> [DemoFact] {
        var facts = grading.removeValue(forKey: week) ?? []
        for fee in payments.removeValue(forKey: week) ?? [] { facts += paid(fee, week) }
        if DemoCalendar.schoolWeeks.contains(week) { facts += corrections(week) + newAddresses(week) }
        if week == Self.finalWeek { facts += finalGrades(week) }
        return facts
    }

    // MARK: Money

    private mutating func fees(_ week: Int) -> [DemoFact] {
        let at = calendar.time(week: week, day: 0, minute: 10 * 60)
        var facts: [DemoFact] = []
        for number in students.indices where students[number].isThere {
            let fee = Fee(
                id: next("fee"),
                student: number,
                branch: students[number].branch,
                amount: 45_000 + Int64(random.below(4)) * 2_500
            )
            let charged = Institution.FeeCharged(
                feeID: fee.id,
                studentID: students[number].id,
                branchID: students[number].branch,
                kind: .tuition,
                amount: fee.amount,
                currency: "EUR",
                dueOn: calendar.day(week: week + 4, 0)
            )
            facts.append(DemoFact(payload: charged, at: at))
            if random.percent(1) {
                let waived = Institution.FeeWaived(
                    feeID: fee.id,
                    studentID: students[number].id,
                    branchID: students[number].branch,
                    amount: 5_000,
                    currency: "EUR",
                    reason: "Sibling discount."
                )
                facts.append(DemoFact(payload: waived, at: at))
            } else if random.percent(95) {
                payments[week + 1 + random.below(5), default: []].append(fee)
            }
        }
        return facts
    }

    private mutating func paid(_ fee: Fee, _ week: Int) -> [DemoFact] {
        let student = students[fee.student]
        let at = calendar.time(week: week, day: random.below(5), minute: 9 * 60 + random.below(480))
        guard student.isThere else { return [] }
        // What is owed stays with the branch that charged it.
        let branch = fee.branch
        let payment = next("payment")
        if random.percent(3) {
            let failed = Institution.PaymentFailed(
                paymentID: payment,
                userID: student.id,
                branchID: branch,
                studentID: student.id,
                amount: fee.amount,
                currency: "EUR",
                method: .directDebit,
                reason: .insufficientFunds
            )
            return [DemoFact(payload: failed, at: at, group: fee.student)]
        }
        let processed = Institution.PaymentProcessed(
            paymentID: payment,
            userID: student.id,
            branchID: branch,
            studentID: student.id,
            amount: fee.amount,
            currency: "EUR",
            method: random.percent(60) ? .directDebit : .bankTransfer,
            allocations: [.init(feeID: fee.id, amount: fee.amount)]
        )
        var facts = [DemoFact(payload: processed, at: at, group: fee.student)]
        if random.once(in: 200) {
            let refunded = Institution.PaymentRefunded(
                paymentID: payment,
                userID: student.id,
                branchID: branch,
                amount: 2_500,
                currency: "EUR",
                reason: "Charged too much."
            )
            facts.append(DemoFact(payload: refunded, at: at, group: fee.student))
        }
        return facts
    }

    // MARK: Leave and schedule

    private mutating func leave(_ week: Int) -> [DemoFact] {
        var facts: [DemoFact] = []
        for branch in branches {
            for teacher in teachers[branch] ?? [] where random.percent(2) {
                facts += leave(of: teacher, .teacher, .training, branch, week)
            }
        }
        for number in students.indices where students[number].isThere && random.once(in: 160) {
            facts += leave(of: students[number].id, .student, .family, students[number].branch, week)
        }
        return facts
    }

    private mutating func leave(
        of user: String,
        _ requester: Institution.LeaveRequested.Requester,
        _ kind: Institution.LeaveRequested.Kind,
        _ branch: String,
        _ week: Int
    ) -> [DemoFact] {
        let id = next("leave")
        let from = calendar.day(week: week + 1, random.below(4))
        let requested = Institution.LeaveRequested(
            leaveRequestID: id,
            userID: user,
            branchID: branch,
            requester: requester,
            kind: kind,
            fromDate: from,
            toDate: from.adding(days: Int64(random.below(2))),
            reason: kind == .training ? "Conference." : "A wedding in the family."
        )
        let at = calendar.time(week: week, day: 0, minute: 12 * 60)
        let decided = calendar.time(week: week, day: 1, minute: 10 * 60)
        let decision: any EventPayload =
            random.percent(85)
            ? Institution.LeaveApproved(
                leaveRequestID: id,
                userID: user,
                branchID: branch,
                approvedBy: principals[branch]
            )
            : Institution.LeaveRejected(
                leaveRequestID: id,
                userID: user,
                branchID: branch,
                rejectedBy: principals[branch],
                note: "Too many are away that week."
            )
        return [DemoFact(payload: requested, at: at), DemoFact(payload: decision, at: decided)]
    }

    private mutating func scheduleChanges(_ week: Int) -> [DemoFact] {
        branches.flatMap { branch in
            (0..<3).map { _ in
                let course = random.pick(courses.filter { $0.branch == branch })
                let day = random.below(5)
                let changed = Institution.ScheduleChanged(
                    scheduleChangeID: next("change"),
                    courseID: course.id,
                    branchID: branch,
                    kind: random.percent(70) ? .roomChanged : .cancelled,
                    date: calendar.day(week: week, day),
                    period: Int64(1 + random.below(6)),
                    room: "\(["A", "B", "C"][random.below(3)]) \(101 + random.below(20))",
                    changedBy: principals[branch]
                )
                return DemoFact(payload: changed, at: calendar.time(week: week, day: 0, minute: 7 * 60 + 30))
            }
        }
    }

    // MARK: Corrections

    /// A note from home comes a day later.
    private mutating func corrections(_ week: Int) -> [DemoFact] {
        var facts: [DemoFact] = []
        for number in students.indices where students[number].isThere && random.once(in: 50) {
            let day = random.below(4)
            let course = students[number].courses[day % Self.coursesEach]
            let marked = Institution.AttendanceMarked(
                studentID: students[number].id,
                courseID: courses[course].id,
                branchID: courses[course].branch,
                classID: classes[students[number].schoolClass].id,
                date: calendar.day(week: week, day),
                period: 1,
                status: .excused,
                markedBy: courses[course].teacher,
                note: "A note from home came."
            )
            facts.append(
                DemoFact(payload: marked, at: calendar.time(week: week, day: day + 1, minute: 9 * 60), group: course)
            )
        }
        return facts
    }

    private mutating func newAddresses(_ week: Int) -> [DemoFact] {
        var facts: [DemoFact] = []
        for number in students.indices where students[number].isThere && random.once(in: 400) {
            let student = students[number]
            let updated = Institution.StudentUpdated(
                studentID: student.id,
                branchID: student.branch,
                gradeLevel: String(classes[student.schoolClass].name.dropLast()),
                email: "\(student.id)@pupils.school.example",
                address:
                    "\(random.pick(DemoNames.family))str. \(1 + random.below(80))\n10\(100 + random.below(900)) Berlin"
            )
            facts.append(
                DemoFact(payload: updated, at: calendar.time(week: week, day: 4, minute: 11 * 60), group: number)
            )
        }
        return facts
    }

    private mutating func finalGrades(_ week: Int) -> [DemoFact] {
        var facts: [DemoFact] = []
        for number in students.indices where students[number].isThere {
            for course in students[number].courses {
                let points = 5_000 + random.below(5_001)
                let recorded = Institution.GradeRecorded(
                    gradeID: next("grade"),
                    studentID: students[number].id,
                    courseID: courses[course].id,
                    branchID: courses[course].branch,
                    kind: .final,
                    score: Int64(points),
                    maximumScore: 10_000,
                    mark: ["D", "C", "B", "A"][min(3, (points - 5_000) / 1_250)],
                    gradedBy: courses[course].teacher
                )
                let at = calendar.time(week: week, day: 3, minute: 14 * 60)
                facts.append(DemoFact(payload: recorded, at: at, group: number))
            }
        }
        return facts
    }
}
