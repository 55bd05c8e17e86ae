package import Events

/// What is told when something happens at the institution. An administrator sees all of them, and may switch each off or
/// give it other words.
package enum NotificationRule: String, Sendable, CaseIterable {
    case attendanceAbsent = "attendance-absent"
    case attendanceLate = "attendance-late"
    case attendanceCorrected = "attendance-corrected"
    case feeCharged = "fee-charged"
    case feeDueSoon = "fee-due-soon"
    case feeOverdue = "fee-overdue"
    case feePaid = "fee-paid"
    case feeSettled = "fee-settled"
    case assignmentCreated = "assignment-created"
    case submissionReceived = "submission-received"
    case gradeRecorded = "grade-recorded"
    case scheduleChanged = "schedule-changed"
    case leaveApproved = "leave-approved"
    case leaveRejected = "leave-rejected"

    /// Whom it tells what, in a sentence.
    package var summary: String {
        switch self {
        case .attendanceAbsent: "Tells students that they were marked absent."
        case .attendanceLate: "Tells students that they were marked late."
        case .attendanceCorrected: "Tells students who were told of an absence or lateness that it was corrected."
        case .feeCharged: "Tells students what they owe, and by when."
        case .feeDueSoon: "Reminds students three days before a fee is due that they still owe."
        case .feeOverdue: "Reminds students once after a fee was due that they still owe."
        case .feePaid: "Tells who paid that the payment arrived."
        case .feeSettled: "Tells students who were told of a fee that they owe nothing of it any more."
        case .assignmentCreated: "Tells the students of a course, or of one class, about an assignment."
        case .submissionReceived: "Tells the teacher that work was handed in."
        case .gradeRecorded: "Tells students how they were graded, and when that is revised."
        case .scheduleChanged: "Tells everybody in a course, or in one class, that a lesson changed."
        case .leaveApproved: "Tells who asked for leave that it was approved."
        case .leaveRejected: "Tells who asked for leave that it was rejected."
        }
    }

    /// The types of event that it follows; none where it follows the calendar.
    package var types: Set<EventType> {
        switch self {
        case .attendanceAbsent, .attendanceLate, .attendanceCorrected:
            [Institution.AttendanceMarked.type, Institution.RegisterTaken.type]
        case .feeCharged: [Institution.FeeCharged.type]
        // They follow days, not events.
        case .feeDueSoon, .feeOverdue: []
        case .feePaid: [Institution.PaymentProcessed.type]
        case .feeSettled:
            [Institution.PaymentProcessed.type, Institution.FeeWaived.type, Institution.FeeCancelled.type]
        case .assignmentCreated: [Institution.AssignmentCreated.type]
        case .submissionReceived: [Institution.SubmissionReceived.type]
        case .gradeRecorded: [Institution.GradeRecorded.type, Institution.GradeRevised.type]
        case .scheduleChanged: [Institution.ScheduleChanged.type]
        case .leaveApproved: [Institution.LeaveApproved.type]
        case .leaveRejected: [Institution.LeaveRejected.type]
        }
    }

    /// What its templates may name.
    package var names: [String] {
        switch self {
        case .attendanceAbsent: ["course", "date"]
        case .attendanceLate: ["course", "date", "minutes"]
        case .attendanceCorrected: ["course", "date", "status"]
        case .feeCharged, .feeDueSoon, .feeOverdue: ["kind", "amount", "due"]
        case .feeSettled: ["kind"]
        case .feePaid: ["amount"]
        case .assignmentCreated: ["course", "assignment", "due"]
        case .submissionReceived: ["assignment"]
        case .gradeRecorded: ["course", "score", "maximum", "mark"]
        case .scheduleChanged: ["course", "date", "change", "room"]
        case .leaveApproved, .leaveRejected: []
        }
    }

    /// How it is where nobody set it otherwise.
    package var original: RuleSetting {
        switch self {
        case .attendanceAbsent:
            .init(
                .attendance,
                priority: .high,
                templates: [.english("Absent from {{course}}", "You were marked absent from {{course}} on {{date}}.")]
            )
        case .attendanceLate:
            .init(
                .attendance,
                templates: [
                    .english(
                        "Late for {{course}}",
                        "You were marked late for {{course}} on {{date}}{{#minutes}}, by {{minutes}} minutes{{/minutes}}."
                    )
                ]
            )
        case .attendanceCorrected:
            .init(
                .attendance,
                templates: [.english("Corrected: {{course}}", "On {{date}} you are marked {{status}} in {{course}}.")]
            )
        case .feeSettled:
            .init(.fee, templates: [.english("A fee is settled", "You owe nothing more for {{kind}}.")])
        case .feeCharged:
            .init(
                .fee,
                templates: [
                    .english("A fee of {{amount}}", "{{amount}} for {{kind}}{{#due}}, due on {{due}}{{/due}}.")
                ]
            )
        case .feeDueSoon:
            .init(.fee, templates: [.english("{{amount}} is due on {{due}}", "{{amount}} for {{kind}} is still owed.")])
        case .feeOverdue:
            .init(
                .fee,
                priority: .high,
                templates: [.english("{{amount}} was due on {{due}}", "{{amount}} for {{kind}} is still owed.")]
            )
        case .feePaid:
            .init(.fee, templates: [.english("Payment received", "Your payment of {{amount}} was received.")])
        case .assignmentCreated:
            .init(
                .assignment,
                templates: [
                    .english(
                        "New assignment in {{course}}",
                        "{{assignment}}{{#due}}, due {{due}}{{/due}}."
                    )
                ]
            )
        case .submissionReceived:
            .init(
                .submission,
                priority: .low,
                templates: [.english("Work handed in", "A submission came in for {{assignment}}.")]
            )
        case .gradeRecorded:
            .init(
                .grade,
                templates: [
                    .english("A grade in {{course}}", "{{score}} of {{maximum}}{{#mark}} ({{mark}}){{/mark}}.")
                ]
            )
        case .scheduleChanged:
            .init(
                .schedule,
                priority: .high,
                templates: [
                    .english(
                        "{{course}}: {{change}}",
                        "The lesson on {{date}} is {{change}}{{#room}}, room {{room}}{{/room}}."
                    )
                ]
            )
        case .leaveApproved:
            .init(.leave, templates: [.english("Leave approved", "Your request for leave was approved.")])
        case .leaveRejected:
            .init(.leave, templates: [.english("Leave rejected", "Your request for leave was rejected.")])
        }
    }
}

extension RuleSetting.Template {
    fileprivate static func english(_ title: String, _ text: String) -> Self {
        Self(locale: "en", title: title, text: text)
    }
}
