package import EventStore
package import Events
package import Time

/// The plan's typed senders: what a rule tells, told by somebody. They send whether or not the rule is switched on, in the
/// words that the rule has.
extension NotificationService {
    /// Tells a student how they were marked. Nothing where they were present.
    package func sendAttendanceNotification(
        _ student: String,
        course: String,
        _ status: Institution.AttendanceMarked.Status,
        on date: CalendarDay,
        in branch: String,
        by actor: Author
    ) async throws -> [SentNotification] {
        let title = try await names.course(course)
        let message = RuleMessage.attendance(student, course: course, named: title, in: branch, on: date, status)
        return message.isCorrection ? [] : try await tell(message, by: actor)
    }

    /// Tells a student what they owe, and by when.
    package func sendFeePaymentNotification(
        _ student: String,
        amount: Money,
        due: CalendarDay?,
        kind: String = "fees",
        in branch: String,
        by actor: Author
    ) async throws -> [SentNotification] {
        try await tell(.fee(student, in: branch, kind: kind, amount: amount, due: due), by: actor)
    }

    /// Tells a student about an assignment of a course.
    package func sendAssignmentNotification(
        _ student: String,
        course: String,
        assignment: String,
        due: Timestamp?,
        in branch: String,
        by actor: Author
    ) async throws -> [SentNotification] {
        let title = try await names.course(course)
        return try await tell(
            .assignment(assignment, to: .users([student]), course: title, in: branch, due: due),
            by: actor
        )
    }

    /// Tells a teacher that work was handed in.
    package func sendAssignmentSubmissionNotification(
        _ teacher: String,
        assignment: String,
        in branch: String,
        by actor: Author
    ) async throws -> [SentNotification] {
        try await tell(.submission(to: teacher, assignment: assignment, in: branch), by: actor)
    }

    /// Tells a student how they were graded.
    package func sendGradeNotification(
        _ student: String,
        course: String,
        score: Int64,
        of maximum: Int64,
        mark: String?,
        in branch: String,
        by actor: Author
    ) async throws -> [SentNotification] {
        let title = try await names.course(course)
        return try await tell(
            .grade(student, course: title, in: branch, score: score, of: maximum, mark: mark),
            by: actor
        )
    }

    /// Tells those whom it affects that a lesson changed.
    package func sendScheduleChangeNotification(
        to audience: Audience,
        course: String,
        _ kind: Institution.ScheduleChanged.Kind,
        on date: CalendarDay,
        room: String?,
        in branch: String,
        by actor: Author
    ) async throws -> [SentNotification] {
        let title = try await names.course(course)
        return try await tell(.schedule(to: audience, course: title, in: branch, kind, on: date, room: room), by: actor)
    }

    /// Tells somebody how their request for leave was decided.
    package func sendLeaveApprovalNotification(
        _ user: String,
        isApproved: Bool,
        in branch: String,
        by actor: Author
    ) async throws -> [SentNotification] {
        try await tell(.leave(user, in: branch, isApproved: isApproved), by: actor)
    }

    /// Tells in the words of the rule, switched on or not.
    private func tell(_ message: RuleMessage, by actor: Author) async throws -> [SentNotification] {
        var setting = try await reader.rules()[message.rule.rawValue] ?? message.rule.original
        setting.isOn = true
        return try await tell(message, setting, by: actor)
    }
}
