/// Random facts over few things, so that they meet: things that are changed before they begin, begun twice, ended and
/// begun again, erasures in between. More than the intake would let in: a read model takes the log as it is.
struct RandomInstitution {
    private var generator: SplitMix
    private var size = 0

    init(seed: UInt64) { generator = SplitMix(state: seed) }

    mutating func events(_ count: Int, erasures: Bool = true) -> [LoggedEvent] {
        (0..<count).map { _ in
            defer { size += 1 }
            return next(erasures: erasures)
        }
    }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

    private mutating func pick(_ texts: String...) -> String { texts[number(0..<texts.count)] }
    private mutating func id(_ kind: String, _ count: Int = 3) -> String { "\(kind)-\(number(0..<count))" }

    private mutating func next(erasures: Bool) -> LoggedEvent {
        if erasures, number(0..<25) == 0 {
            return LoggedEvent(
                type: "log.personal-erased",
                data: #"{"userId":"\#(pick(id("student"), id("teacher"), "clerk"))","reason":"asked"}"#
            )
        }
        switch number(0..<6) {
        case 0: return people()
        case 1: return teaching()
        case 2: return coursework()
        case 3: return attendance()
        case 4: return finance()
        default: return leave()
        }
    }

    private mutating func event(_ type: String, _ data: String, _ personal: String? = nil) -> LoggedEvent {
        LoggedEvent(
            type: "institution." + type,
            data: #"{"branchId":"\#(id("branch", 2))",\#(data)}"#,
            personal: personal,
            actor: pick("clerk", "system-a", "teacher-0")
        )
    }

    private mutating func people() -> LoggedEvent {
        let student = #""studentId":"\#(id("student"))""#
        let teacher = #""teacherId":"\#(id("teacher"))""#
        let words = #"{"name":"Name \#(size)","email":"n\#(size)@x.example"}"#
        switch number(0..<11) {
        case 0: return event("branch-opened", #""name":"B \#(size)","currency":"EUR""#)
        case 1: return event("branch-updated", #""name":"B \#(size)""#)
        case 2: return event("branch-closed", #""closedOn":"2026-01-31""#)
        case 3, 4: return event("student-created", #"\#(student),"gradeLevel":"\#(number(1..<9))""#, words)
        case 5: return event("student-updated", #"\#(student),"gradeLevel":"\#(number(1..<9))""#, words)
        case 6: return event("student-transferred", #"\#(student),"fromBranchId":"branch-0""#)
        case 7: return event("student-left", #"\#(student),"reason":"graduated","leftOn":"2026-01-31""#)
        case 8: return event("teacher-created", teacher, words)
        case 9: return event("teacher-updated", teacher, words)
        default: return event("teacher-left", teacher)
        }
    }

    private mutating func teaching() -> LoggedEvent {
        let course = #""courseId":"\#(id("course"))""#
        let schoolClass = #""classId":"\#(id("class"))""#
        let students = #""studentIds":["student-0","\#(pick("student-1", "student-2"))"]"#
        let teacher = #""teacherId":"\#(id("teacher"))""#
        switch number(0..<13) {
        case 0, 1: return event("course-created", #"\#(course),"title":"T \#(size)""#)
        case 2: return event("course-updated", #"\#(course),"title":"T \#(size)","credits":4"#)
        case 3: return event("course-closed", course)
        case 4: return event("class-created", #"\#(schoolClass),"name":"N \#(size)""#)
        case 5: return event("class-updated", #"\#(schoolClass),"name":"N \#(size)","capacity":28"#)
        case 6: return event("class-closed", schoolClass)
        case 7: return event("class-members-added", #"\#(schoolClass),\#(students)"#)
        case 8: return event("class-members-removed", #"\#(schoolClass),\#(students)"#)
        case 9: return event("teacher-assigned", #"\#(teacher),\#(course)"#)
        case 10: return event("teacher-unassigned", #"\#(teacher),\#(course)"#)
        case 11:
            return event(
                "student-enrolled",
                #""enrolmentId":"\#(id("enrolment"))","studentId":"\#(id("student"))",\#(course)"#
            )
        default:
            return event(
                "enrolment-ended",
                #""enrolmentId":"\#(id("enrolment"))","studentId":"\#(id("student"))",\#(course),"outcome":"completed""#
            )
        }
    }

    private mutating func coursework() -> LoggedEvent {
        let assignment = #""assignmentId":"\#(id("assignment"))","courseId":"\#(id("course"))""#
        let student = #""studentId":"\#(id("student"))""#
        let grade =
            #""gradeId":"\#(id("grade"))",\#(student),"courseId":"c","kind":"term","score":\#(size),"maximumScore":100"#
        switch number(0..<8) {
        case 0:
            return event("assignment-created", #"\#(assignment),"title":"A \#(size)""#, #"{"details":"d \#(size)"}"#)
        case 1:
            return event(
                "assignment-updated",
                #"\#(assignment),"title":"A \#(size)","teacherId":"\#(id("teacher"))""#,
                #"{"details":"d \#(size)"}"#
            )
        case 2: return event("assignment-cancelled", assignment)
        case 3:
            return event(
                "submission-received",
                #""submissionId":"\#(id("submission"))",\#(assignment),\#(student)"#,
                #"{"text":"t \#(size)"}"#
            )
        case 4: return event("grade-recorded", grade, #"{"comment":"c \#(size)"}"#)
        case 5: return event("grade-revised", grade)
        default:
            return event(
                "schedule-changed",
                #""scheduleChangeId":"\#(id("change"))","courseId":"c","kind":"moved","date":"2026-01-12""#,
                #"{"note":"n \#(size)"}"#
            )
        }
    }

    private mutating func attendance() -> LoggedEvent {
        let lesson = #""courseId":"\#(id("course", 2))","date":"2026-01-1\#(number(0..<2))""#
        if number(0..<3) == 0 {
            // The same student may stand in it twice.
            let entries = (0..<number(1..<4)).map { _ in
                #"{"studentId":"\#(id("student"))","status":"\#(pick("present", "absent"))"}"#
            }
            return event("register-taken", #"\#(lesson),"entries":[\#(entries.joined(separator: ","))]"#)
        }
        return event(
            "attendance-marked",
            #""studentId":"\#(id("student"))",\#(lesson),"status":"\#(pick("present", "late", "absent"))""#,
            number(0..<2) == 0 ? #"{"note":"n \#(size)"}"# : nil
        )
    }

    private mutating func finance() -> LoggedEvent {
        let fee = #""feeId":"\#(id("fee"))","studentId":"\#(id("student"))""#
        let payment = #""paymentId":"\#(id("payment"))","userId":"\#(id("student"))","currency":"EUR""#
        let parts = (0..<number(0..<3)).map { _ in #"{"feeId":"\#(id("fee"))","amount":\#(number(1..<60))}"# }
        let allocations = #""allocations":[\#(parts.joined(separator: ","))]"#
        switch number(0..<8) {
        case 0, 1:
            return event(
                "fee-charged",
                #"\#(fee),"kind":"tuition","amount":\#(number(50..<200)),"currency":"EUR""#,
                #"{"note":"n \#(size)"}"#
            )
        case 2: return event("fee-waived", #"\#(fee),"amount":\#(number(1..<40)),"currency":"EUR""#)
        case 3: return event("fee-cancelled", fee)
        case 4, 5:
            return event(
                "payment-processed",
                #"\#(payment),"amount":120,"method":"cash",\#(allocations)"#,
                #"{"payerName":"P \#(size)"}"#
            )
        case 6: return event("payment-failed", #"\#(payment),"amount":120,"method":"card","reason":"declined""#)
        default: return event("payment-refunded", #"\#(payment),"amount":\#(number(1..<60)),\#(allocations)"#)
        }
    }

    private mutating func leave() -> LoggedEvent {
        let ids = #""leaveRequestId":"\#(id("leave"))","userId":"\#(id("teacher"))""#
        switch number(0..<5) {
        case 0, 1:
            return event(
                "leave-requested",
                #"\#(ids),"requester":"teacher","kind":"sick","fromDate":"2026-01-12","toDate":"2026-01-13""#,
                #"{"reason":"r \#(size)"}"#
            )
        case 2: return event("leave-approved", ids, #"{"note":"n \#(size)"}"#)
        case 3: return event("leave-rejected", ids, #"{"note":"n \#(size)"}"#)
        default: return event("leave-cancelled", ids)
        }
    }
}
