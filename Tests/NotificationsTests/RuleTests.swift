import EventStore
import Events
import TestSupport
import Testing
import Time

@testable import Notifications

/// What is told when something happens at the institution.
struct RuleTests {
    private static func open(_ body: @escaping @Sendable (PostOffice) async throws -> Void) async throws {
        try await PostOffice.open { office in
            try await office.register("pupil", "tutor")
            try await office.report(
                Institution.BranchOpened(branchID: "north", name: "North"),
                Institution.CourseCreated(courseID: "maths", branchID: "north", title: "Mathematics"),
                Institution.StudentCreated(studentID: "pupil", branchID: "north", name: "P"),
                Institution.TeacherCreated(teacherID: "tutor", branchID: "north", name: "T"),
                Institution.StudentEnrolled(
                    enrolmentID: "e1",
                    studentID: "pupil",
                    courseID: "maths",
                    branchID: "north"
                )
            )
            try await body(office)
        }
    }

    private static func absence(_ occurredAt: Timestamp? = nil) -> Institution.AttendanceMarked {
        Institution.AttendanceMarked(
            studentID: "pupil",
            courseID: "maths",
            branchID: "north",
            date: CalendarDay("2026-02-03") ?? CalendarDay(daysSinceEpoch: 0),
            status: .absent,
            occurredAt: occurredAt
        )
    }

    /// Has the rules tell what the log holds, as a replica does that starts.
    private static func tell(_ office: PostOffice) async throws {
        let events = try await office.log.store.reader.events(from: 0, limit: 1_000)
        for event in events { try await office.service.tell(of: event, by: Author(id: "system")) }
    }

    @Test func anAbsenceIsToldToTheStudentOnceAndTiedToItsCause() async throws {
        try await Self.open { office in
            try await office.report(Self.absence())
            try await Self.tell(office)
            try await Self.tell(office)
            let items = try await office.inbox("pupil")
            #expect(items.map(\.title) == ["Absent from Mathematics"])
            #expect(items.map(\.text) == ["You were marked absent from Mathematics on 2026-02-03."])
            #expect(items.map(\.priority) == ["high"])
            let sent = try await office.log.store.reader.stream("notification-\(items[0].id)")[0]
            let cause = try await office.log.store.reader.events(from: 0, limit: 1_000)
                .first { $0.type == Institution.AttendanceMarked.type }
            #expect(sent.header.causationID == cause?.header.id)
        }
    }

    @Test func aRunningReactorTellsWhatHappensNowAndNotWhatHappenedLongAgo() async throws {
        try await Self.open { office in
            let running = Task { try await RuleReactor(office.service).run() }
            defer { running.cancel() }
            try await office.report(Self.absence(.now() - .seconds(3 * 86_400)))
            try await office.report(
                Institution.GradeRecorded(
                    gradeID: "g1",
                    studentID: "pupil",
                    courseID: "maths",
                    branchID: "north",
                    kind: .term,
                    score: 17,
                    maximumScore: 20
                )
            )
            while try await office.unread("pupil") == 0 { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try await office.inbox("pupil").map(\.title) == ["A grade in Mathematics"])
        }
    }

    @Test func aRuleThatIsSwitchedOffTellsNothingAndOneWithOtherWordsTellsThose() async throws {
        try await Self.open { office in
            var setting = NotificationRule.attendanceAbsent.original
            setting.isOn = false
            _ = try await office.service.set(.attendanceAbsent, setting, by: PostOffice.actor)
            try await office.report(Self.absence())
            try await Self.tell(office)
            #expect(try await office.unread("pupil") == 0)

            setting.isOn = true
            setting.templates.append(.init(locale: "de", title: "Gefehlt: {{course}}", text: "Am {{date}}."))
            _ = try await office.service.set(.attendanceAbsent, setting, by: PostOffice.actor)
            var wanted = NotificationPreferences()
            wanted.locale = "de-AT"
            _ = try await office.service.setNotificationPreferences("pupil", wanted, by: Author(id: "pupil"))
            try await Self.tell(office)
            #expect(try await office.inbox("pupil").map(\.title) == ["Gefehlt: Mathematics"])
            let rules = try await office.service.rules()
            #expect(rules.count == NotificationRule.allCases.count)
            #expect(rules.first { $0.rule == .attendanceAbsent }?.isOriginal == false)
        }
    }

    @Test func ofSeveralLanguagesEachIsToldThoughOneWasToldBefore() async throws {
        try await Self.open { office in
            var setting = NotificationRule.assignmentCreated.original
            setting.templates.append(.init(locale: "de", title: "Aufgabe: {{course}}", text: "Neu."))
            _ = try await office.service.set(.assignmentCreated, setting, by: PostOffice.actor)
            var german = NotificationPreferences()
            german.locale = "de"
            _ = try await office.service.setNotificationPreferences("pupil", german, by: Author(id: "pupil"))
            try await office.report(
                Institution.AssignmentCreated(
                    assignmentID: "a1",
                    courseID: "maths",
                    branchID: "north",
                    title: "Fractions"
                )
            )
            // Those who are told in German, and then it ended.
            try await Self.tell(office)
            #expect(try await office.inbox("pupil").map(\.title) == ["Aufgabe: Mathematics"])
            try await office.register("second")
            try await office.report(
                Institution.StudentCreated(studentID: "second", branchID: "north", name: "S"),
                Institution.StudentEnrolled(
                    enrolmentID: "e2",
                    studentID: "second",
                    courseID: "maths",
                    branchID: "north"
                )
            )
            try await Self.tell(office)
            #expect(try await office.inbox("pupil").count == 1)
            let items = try await office.inbox("second")
            #expect(items.count == 1)
            // The audience is the course, which is looked at again before anything goes out.
            let sent = try await office.log.store.reader.stream("notification-\(items[0].id)")[0]
            #expect(try sent.decode(Notifications.Sent.self).audience == .course)
        }
    }

    @Test func whatWasToldIsNotToldAgainInAnotherLanguage() async throws {
        try await Self.open { office in
            func use(_ locales: String...) async throws {
                for rule in [NotificationRule.attendanceAbsent, .assignmentCreated] {
                    var setting = rule.original
                    setting.templates = locales.map { .init(locale: $0, title: "In \($0)", text: "") }
                    _ = try await office.service.set(rule, setting, by: PostOffice.actor)
                }
            }
            func prefer(_ locale: String) async throws {
                var wanted = NotificationPreferences()
                wanted.locale = locale
                _ = try await office.service.setNotificationPreferences("pupil", wanted, by: Author(id: "pupil"))
            }
            try await office.report(
                Self.absence(),
                Institution.AssignmentCreated(
                    assignmentID: "a1",
                    courseID: "maths",
                    branchID: "north",
                    title: "Fractions"
                )
            )
            try await use("en", "de")
            try await prefer("en")
            try await Self.tell(office)
            #expect(try await office.inbox("pupil").map(\.title) == ["In en", "In en"])
            // Somebody wants another language, or the words are given another one, and a replica starts anew.
            try await prefer("de")
            try await Self.tell(office)
            try await use("fr")
            try await Self.tell(office)
            #expect(try await office.inbox("pupil").map(\.title) == ["In en", "In en"])
        }
    }

    @Test func everyTypedSenderTellsItsRecipient() async throws {
        try await Self.open { office in
            let service = office.service
            let actor = PostOffice.actor
            let day = CalendarDay("2026-02-03") ?? CalendarDay(daysSinceEpoch: 0)
            _ = try await service.sendAttendanceNotification(
                "pupil",
                course: "maths",
                .late,
                on: day,
                in: "north",
                by: actor
            )
            _ = try await service.sendFeePaymentNotification(
                "pupil",
                amount: Money(1_250, "EUR"),
                due: day,
                in: "north",
                by: actor
            )
            _ = try await service.sendAssignmentNotification(
                "pupil",
                course: "maths",
                assignment: "Fractions",
                due: nil,
                in: "north",
                by: actor
            )
            _ = try await service.sendAssignmentSubmissionNotification(
                "tutor",
                assignment: "Fractions",
                in: "north",
                by: actor
            )
            _ = try await service.sendGradeNotification(
                "pupil",
                course: "maths",
                score: 17,
                of: 20,
                mark: "B",
                in: "north",
                by: actor
            )
            _ = try await service.sendScheduleChangeNotification(
                to: .course("maths"),
                course: "maths",
                .roomChanged,
                on: day,
                room: "12",
                in: "north",
                by: actor
            )
            _ = try await service.sendLeaveApprovalNotification("tutor", isApproved: true, in: "north", by: actor)
            #expect(
                try await office.inbox("pupil").map(\.title) == [
                    "Mathematics: room changed", "A grade in Mathematics", "New assignment in Mathematics",
                    "A fee of 12.50 EUR", "Late for Mathematics",
                ]
            )
            #expect(try await office.inbox("tutor").map(\.title) == ["Leave approved", "Work handed in"])
            #expect(
                try await service.sendAttendanceNotification(
                    "pupil",
                    course: "maths",
                    .present,
                    on: day,
                    in: "north",
                    by: actor
                ).isEmpty
            )
        }
    }

    private static func mark(_ status: Institution.AttendanceMarked.Status, _ student: String = "pupil")
        -> Institution.AttendanceMarked
    {
        var mark = absence()
        (mark.status, mark.studentID) = (status, student)
        return mark
    }

    @Test func aMarkThatIsCorrectedTakesThePlaceOfWhatWasTold() async throws {
        try await Self.open { office in
            // Nobody who was not told otherwise is told that they were there.
            try await office.report(Self.mark(.present))
            try await Self.tell(office)
            #expect(try await office.inbox("pupil").isEmpty)
            try await office.report(Self.mark(.absent))
            try await Self.tell(office)
            try await office.report(Self.mark(.excused))
            try await Self.tell(office)
            let items = try await office.inbox("pupil")
            #expect(items.map(\.title) == ["Corrected: Mathematics"])
            #expect(items.map(\.text) == ["On 2026-02-03 you are marked excused in Mathematics."])
            // Once.
            try await office.report(Self.mark(.present))
            try await Self.tell(office)
            #expect(try await office.inbox("pupil").map(\.id) == items.map(\.id))
            // A register says the same.
            try await office.report(Self.mark(.late))
            try await Self.tell(office)
            #expect(try await office.inbox("pupil").map(\.title) == ["Late for Mathematics"])
            try await office.report(
                Institution.RegisterTaken(
                    courseID: "maths",
                    branchID: "north",
                    date: CalendarDay("2026-02-03") ?? CalendarDay(daysSinceEpoch: 0),
                    entries: [.init(studentID: "pupil", status: .present)]
                )
            )
            try await Self.tell(office)
            #expect(try await office.inbox("pupil").map(\.title) == ["Corrected: Mathematics"])
        }
    }

    @Test func whatIsToldAndCorrectedAtOnceIsCorrected() async throws {
        try await Self.open { office in
            try await office.report(Self.mark(.absent), Self.mark(.present))
            let running = Task { try await RuleReactor(office.service).run() }
            defer { running.cancel() }
            var titles: [String?] = []
            _ = try await eventually {
                titles = try await office.inbox("pupil").map(\.title)
                return titles == ["Corrected: Mathematics"]
            }
            #expect(titles == ["Corrected: Mathematics"])
        }
    }

    @Test func aFeeThatIsPaidIsAskedForNoMore() async throws {
        try await Self.open { office in
            func charge(_ id: String) async throws {
                try await office.report(
                    Institution.FeeCharged(
                        feeID: id,
                        studentID: "pupil",
                        branchID: "north",
                        kind: .tuition,
                        amount: 1_000,
                        currency: "EUR"
                    )
                )
            }
            func pay(_ fee: String, _ amount: Int64) async throws {
                try await office.report(
                    Institution.PaymentProcessed(
                        paymentID: "p-\(fee)-\(amount)",
                        userID: "tutor",
                        branchID: "north",
                        amount: amount,
                        currency: "EUR",
                        method: .cash,
                        allocations: [.init(feeID: fee, amount: amount)]
                    )
                )
                try await Self.tell(office)
            }
            try await charge("f1")
            try await charge("f2")
            try await Self.tell(office)
            #expect(try await office.inbox("pupil").map(\.title) == ["A fee of 10.00 EUR", "A fee of 10.00 EUR"])
            try await pay("f1", 400)
            #expect(try await office.inbox("pupil").map(\.title) == ["A fee of 10.00 EUR", "A fee of 10.00 EUR"])
            try await pay("f1", 600)
            #expect(try await office.inbox("pupil").map(\.title) == ["A fee is settled", "A fee of 10.00 EUR"])
            try await office.report(Institution.FeeCancelled(feeID: "f2", studentID: "pupil", branchID: "north"))
            try await Self.tell(office)
            #expect(try await office.inbox("pupil").map(\.title) == ["A fee is settled", "A fee is settled"])
        }
    }

    @Test func whyARuleToldSomebodyNothingIsRecordedOnce() async throws {
        try await Self.open { office in
            try await office.register("parent")
            try await office.report(
                Institution.PaymentProcessed(
                    paymentID: "p1",
                    userID: "parent",
                    branchID: "north",
                    amount: 1_000,
                    currency: "EUR",
                    method: .cash
                )
            )
            // Who is no user has no inbox, and misses nothing in it.
            try await office.report(Self.mark(.absent, "nobody"))
            try await Self.tell(office)
            try await Self.tell(office)
            let events = try await office.log.store.reader.events(from: 0, limit: 1_000)
            let untold = events.filter { $0.type == Notifications.Untold.type }
            #expect(untold.count == 1)
            let event = try #require(untold.first)
            let fact = try event.decode(Notifications.Untold.self)
            #expect(fact.ruleID == "fee-paid" && fact.userID == "parent" && fact.reason == .notInBranch)
            let cause = events.first { $0.type == Institution.PaymentProcessed.type }
            #expect(event.header.causationID == cause?.header.id)
        }
    }
}
