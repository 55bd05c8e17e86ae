import EventStore
import Events
import Postgres
import Time

extension RuleMessage {
    /// What the rules have to tell of an event.
    static func messages(of event: RecordedEvent, _ names: RuleNames) async throws -> [RuleMessage] {
        switch event.type {
        case Institution.AttendanceMarked.type: try await marked(event.decode(Institution.AttendanceMarked.self), names)
        case Institution.RegisterTaken.type: try await register(event.decode(Institution.RegisterTaken.self), names)
        case Institution.FeeCharged.type: charged(try event.decode(Institution.FeeCharged.self))
        case Institution.PaymentProcessed.type:
            try await paid(event.decode(Institution.PaymentProcessed.self), names)
        case Institution.FeeWaived.type:
            try await settled([event.decode(Institution.FeeWaived.self).feeID], names)
        case Institution.FeeCancelled.type:
            try await settled([event.decode(Institution.FeeCancelled.self).feeID], names)
        case Institution.AssignmentCreated.type:
            try await assigned(event.decode(Institution.AssignmentCreated.self), names)
        case Institution.SubmissionReceived.type:
            try await submitted(event.decode(Institution.SubmissionReceived.self), names)
        case Institution.GradeRecorded.type: try await graded(event.decode(Institution.GradeRecorded.self), names)
        case Institution.GradeRevised.type: try await revised(event.decode(Institution.GradeRevised.self), names)
        case Institution.ScheduleChanged.type: try await changed(event.decode(Institution.ScheduleChanged.self), names)
        case Institution.LeaveApproved.type: approved(try event.decode(Institution.LeaveApproved.self))
        case Institution.LeaveRejected.type: rejected(try event.decode(Institution.LeaveRejected.self))
        default: []
        }
    }

    private static func marked(_ fact: Institution.AttendanceMarked, _ names: RuleNames) async throws -> [RuleMessage] {
        [
            attendance(
                fact.studentID,
                course: fact.courseID,
                named: fact.status.isMissing ? try await names.course(fact.courseID) : fact.courseID,
                in: fact.branchID,
                on: fact.date,
                fact.status,
                minutesLate: fact.minutesLate
            )
        ]
    }

    private static func register(_ fact: Institution.RegisterTaken, _ names: RuleNames) async throws -> [RuleMessage] {
        let marks = fact.entries.compactMap { entry in
            Institution.AttendanceMarked.Status(rawValue: entry.status.rawValue).map { (entry, $0) }
        }
        let title = marks.contains { $0.1.isMissing } ? try await names.course(fact.courseID) : fact.courseID
        return marks.map { entry, status in
            attendance(
                entry.studentID,
                course: fact.courseID,
                named: status.isMissing ? title : fact.courseID,
                in: fact.branchID,
                on: fact.date,
                status,
                minutesLate: entry.minutesLate
            )
        }
    }

    private static func charged(_ fact: Institution.FeeCharged) -> [RuleMessage] {
        [
            fee(
                fact.studentID,
                in: fact.branchID,
                kind: fact.kind.rawValue,
                amount: Money(fact.amount, fact.currency),
                due: fact.dueOn,
                id: fact.feeID
            )
        ]
    }

    private static func paid(_ fact: Institution.PaymentProcessed, _ names: RuleNames) async throws -> [RuleMessage] {
        let thanks = RuleMessage(
            rule: .feePaid,
            branch: fact.branchID,
            audience: .users([fact.userID]),
            values: ["amount": Money(fact.amount, fact.currency).text],
            link: "/fees"
        )
        return [thanks] + (try await settled((fact.allocations ?? []).map(\.feeID), names))
    }

    /// Of those of some fees that nothing is owed of any more.
    private static func settled(_ fees: [String], _ names: RuleNames) async throws -> [RuleMessage] {
        var messages: [RuleMessage] = []
        for id in Set(fees).sorted() {
            guard let fee = try await names.fee(id), !fee.isOwed else { continue }
            messages.append(settled(fee.studentID, in: fee.branchID, kind: fee.kind, id: id))
        }
        return messages
    }

    private static func assigned(_ fact: Institution.AssignmentCreated, _ names: RuleNames) async throws
        -> [RuleMessage]
    {
        [
            assignment(
                fact.title,
                to: fact.classID.map { .schoolClass($0) } ?? .course(fact.courseID),
                course: try await names.course(fact.courseID),
                in: fact.branchID,
                due: fact.dueAt,
                id: fact.assignmentID
            )
        ]
    }

    private static func submitted(_ fact: Institution.SubmissionReceived, _ names: RuleNames) async throws
        -> [RuleMessage]
    {
        guard let assignment = try await names.assignment(fact.assignmentID), let teacher = assignment.teacherID else {
            return []
        }
        return [submission(to: teacher, assignment: assignment.title, in: fact.branchID, id: fact.assignmentID)]
    }

    private static func graded(_ fact: Institution.GradeRecorded, _ names: RuleNames) async throws -> [RuleMessage] {
        [
            grade(
                fact.studentID,
                course: try await names.course(fact.courseID),
                in: fact.branchID,
                score: fact.score,
                of: fact.maximumScore,
                mark: fact.mark,
                id: fact.gradeID
            )
        ]
    }

    private static func revised(_ fact: Institution.GradeRevised, _ names: RuleNames) async throws -> [RuleMessage] {
        [
            grade(
                fact.studentID,
                course: try await names.course(fact.courseID),
                in: fact.branchID,
                score: fact.score,
                of: fact.maximumScore,
                mark: fact.mark,
                id: fact.gradeID
            )
        ]
    }

    private static func changed(_ fact: Institution.ScheduleChanged, _ names: RuleNames) async throws -> [RuleMessage] {
        [
            schedule(
                to: fact.classID.map { .schoolClass($0) } ?? .course(fact.courseID),
                course: try await names.course(fact.courseID),
                in: fact.branchID,
                fact.kind,
                on: fact.date,
                room: fact.room,
                id: fact.scheduleChangeID
            )
        ]
    }

    private static func approved(_ fact: Institution.LeaveApproved) -> [RuleMessage] {
        [leave(fact.userID, in: fact.branchID, isApproved: true, id: fact.leaveRequestID)]
    }

    private static func rejected(_ fact: Institution.LeaveRejected) -> [RuleMessage] {
        [leave(fact.userID, in: fact.branchID, isApproved: false, id: fact.leaveRequestID)]
    }
}

extension Institution.AttendanceMarked.Status {
    /// Whether the student was not there, or not in time.
    fileprivate var isMissing: Bool { self == .absent || self == .late }
}
