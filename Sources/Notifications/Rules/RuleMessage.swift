import Events
package import Time

/// What a rule has to tell: to whom, and what its templates are filled with.
package struct RuleMessage: Sendable, Hashable {
    /// The rule.
    package var rule: NotificationRule
    /// The branch on whose behalf it is told.
    package var branch: String
    /// Whom it is told.
    package var audience: Audience
    /// What the templates name; a name without a value counts as not there.
    package var values: [String: String]
    /// Takes the place of an earlier one of the same key.
    package var collapseKey: String?
    /// Of no use any more after this.
    package var expiresAt: Timestamp?
    /// Where it leads.
    package var link: String?
    /// Whether it corrects what was told before, and is told to nobody else. It has a key and one recipient then.
    package var isCorrection = false
}

extension Audience {
    /// The one user that it is.
    var onlyUser: String? { if case .users(let users) = self, users.count == 1 { users[0] } else { nil } }
}

extension RuleMessage {
    static func attendance(
        _ student: String,
        course: String,
        named title: String,
        in branch: String,
        on date: CalendarDay,
        _ status: Institution.AttendanceMarked.Status,
        minutesLate: Int64? = nil
    ) -> RuleMessage {
        var values = ["course": title, "date": date.text, "status": status.rawValue]
        if let minutesLate { values["minutes"] = "\(minutesLate)" }
        let rule: NotificationRule =
            switch status {
            case .absent: .attendanceAbsent
            case .late: .attendanceLate
            case .present, .excused: .attendanceCorrected
            }
        return RuleMessage(
            rule: rule,
            branch: branch,
            audience: .users([student]),
            values: values,
            // Marked again, the later mark counts.
            collapseKey: key("attendance", course, date.text),
            link: "/attendance",
            isCorrection: rule == .attendanceCorrected
        )
    }

    /// That nothing is owed of a fee any more.
    static func settled(_ student: String, in branch: String, kind: String, id: String) -> RuleMessage {
        RuleMessage(
            rule: .feeSettled,
            branch: branch,
            audience: .users([student]),
            values: ["kind": kind],
            collapseKey: key("fee", id),
            link: "/fees",
            isCorrection: true
        )
    }

    static func fee(
        _ student: String,
        in branch: String,
        kind: String,
        amount: Money,
        due: CalendarDay?,
        id: String? = nil
    ) -> RuleMessage {
        var values = ["kind": kind, "amount": amount.text]
        if let due { values["due"] = due.text }
        return RuleMessage(
            rule: .feeCharged,
            branch: branch,
            audience: .users([student]),
            values: values,
            collapseKey: id.flatMap { key("fee", $0) },
            link: "/fees"
        )
    }

    static func assignment(
        _ title: String,
        to audience: Audience,
        course: String,
        in branch: String,
        due: Timestamp?,
        id: String? = nil
    ) -> RuleMessage {
        var values = ["course": course, "assignment": title]
        if let due { values["due"] = due.rfc3339 }
        return RuleMessage(
            rule: .assignmentCreated,
            branch: branch,
            audience: audience,
            values: values,
            collapseKey: id.flatMap { key("assignment", $0) },
            expiresAt: due,
            link: "/assignments"
        )
    }

    static func submission(to teacher: String, assignment: String, in branch: String, id: String? = nil) -> RuleMessage
    {
        RuleMessage(
            rule: .submissionReceived,
            branch: branch,
            audience: .users([teacher]),
            values: ["assignment": assignment],
            // Of a class that hands in, the teacher is told once.
            collapseKey: id.flatMap { key("submissions", $0) },
            link: "/submissions"
        )
    }

    static func grade(
        _ student: String,
        course: String,
        in branch: String,
        score: Int64,
        of maximum: Int64,
        mark: String?,
        id: String? = nil
    ) -> RuleMessage {
        var values = ["course": course, "score": "\(score)", "maximum": "\(maximum)"]
        if let mark { values["mark"] = mark }
        return RuleMessage(
            rule: .gradeRecorded,
            branch: branch,
            audience: .users([student]),
            values: values,
            collapseKey: id.flatMap { key("grade", $0) },
            link: "/grades"
        )
    }

    static func schedule(
        to audience: Audience,
        course: String,
        in branch: String,
        _ kind: Institution.ScheduleChanged.Kind,
        on date: CalendarDay,
        room: String?,
        id: String? = nil
    ) -> RuleMessage {
        var values = [
            "course": course, "date": date.text, "change": kind.rawValue.replacing("-", with: " "),
        ]
        if let room { values["room"] = room }
        return RuleMessage(
            rule: .scheduleChanged,
            branch: branch,
            audience: audience,
            values: values,
            collapseKey: id.flatMap { key("schedule", $0) },
            link: "/schedule"
        )
    }

    static func leave(_ user: String, in branch: String, isApproved: Bool, id: String? = nil) -> RuleMessage {
        RuleMessage(
            rule: isApproved ? .leaveApproved : .leaveRejected,
            branch: branch,
            audience: .users([user]),
            values: [:],
            collapseKey: id.flatMap { key("leave", $0) },
            link: "/leave"
        )
    }

    /// What the collapse keys of rules begin with: theirs alone.
    static let reservedKeys = [
        "attendance:", "fee:", "assignment:", "submissions:", "grade:", "schedule:", "leave:",
    ]

    /// A collapse key of ids. Too long for one, a message takes nobody's place.
    private static func key(_ parts: String...) -> String? {
        let key = parts.joined(separator: ":")
        return key.utf8.count <= 100 ? key : nil
    }
}
