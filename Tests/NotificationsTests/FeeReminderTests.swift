import Events
import TestSupport
import Testing
import Time

@testable import Notifications

/// Reminders of fees that are owed.
struct FeeReminderTests {
    private static let day = Duration.seconds(86_400)

    /// Charges a fee that is due so many days from now.
    private static func charge(_ office: PostOffice, _ id: String, inDays days: Int64, of student: String = "pupil")
        async throws
    {
        try await office.report(
            Institution.FeeCharged(
                feeID: id,
                studentID: student,
                branchID: "north",
                kind: .tuition,
                amount: 1_250,
                currency: "EUR",
                dueOn: CalendarDay(of: office.clock.now).adding(days: days)
            )
        )
    }

    private static func open(_ body: @escaping @Sendable (PostOffice) async throws -> Void) async throws {
        try await PostOffice.open { office in
            try await office.register("pupil")
            try await office.report(
                Institution.BranchOpened(branchID: "north", name: "North"),
                Institution.StudentCreated(studentID: "pupil", branchID: "north", name: "P"),
                Institution.StudentCreated(studentID: "guest", branchID: "north", name: "G")
            )
            try await body(office)
        }
    }

    @Test func afterARestoreNobodyIsRemindedUntilTheRuleIsSetAgain() async throws {
        try await Self.open { office in
            let reminders = FeeReminders(office.service)
            try await Self.charge(office, "f1", inDays: 5)
            office.clock.advance(by: Self.day * 2)
            try await office.log.store.sayRestored()
            #expect(try await reminders.remind() == 0)
            _ = try await office.service.set(
                .feeDueSoon,
                NotificationRule.feeDueSoon.original,
                by: PostOffice.actor
            )
            #expect(try await reminders.remind() == 1)
        }
    }

    @Test func whoStillOwesIsRemindedOnceBeforeAndOnceAfterTheDay() async throws {
        try await Self.open { office in
            let reminders = FeeReminders(office.service)
            try await Self.charge(office, "f1", inDays: 5)
            // Nobody to tell: holds up nothing.
            try await Self.charge(office, "f0", inDays: 5, of: "guest")
            #expect(try await reminders.remind() == 0)
            office.clock.advance(by: Self.day * 2)
            #expect(try await reminders.remind() == 1)
            #expect(try await reminders.remind() == 0)
            let title = "12.50 EUR is due on \(CalendarDay(of: office.clock.now).adding(days: 3).text)"
            #expect(try await office.inbox("pupil").map(\.title) == [title])
            office.clock.advance(by: Self.day * 3)
            #expect(try await reminders.remind() == 0)
            office.clock.advance(by: Self.day)
            #expect(try await reminders.remind() == 1)
            #expect(try await reminders.remind() == 0)
            // The later takes the place of the earlier.
            let titles = try await office.inbox("pupil").compactMap(\.title)
            #expect(titles.count == 1 && titles.first?.hasPrefix("12.50 EUR was due on") == true)
            // Each names the charge that it follows from, and no rule that follows events begins anew there.
            let causes = try await office.log.pool.query(
                "select c.type from log.events s join log.events c on c.id = s.causation_id where s.type = 'notifications.sent'"
            )
            #expect(
                try causes.map { try $0.decode(column: 0, as: String.self) }
                    == Array(repeating: "institution.fee-charged", count: 2)
            )
            #expect(try await office.service.reader.lastTold() == nil)
        }
    }

    @Test func whatIsPaidLongDueJustChargedOrSwitchedOffIsNotRemindedOf() async throws {
        try await Self.open { office in
            let reminders = FeeReminders(office.service)
            try await Self.charge(office, "paid", inDays: 2)
            try await Self.charge(office, "cancelled", inDays: 2)
            try await Self.charge(office, "old", inDays: -30)
            try await Self.charge(office, "later", inDays: 60)
            try await office.report(
                Institution.FeeWaived(
                    feeID: "paid",
                    studentID: "pupil",
                    branchID: "north",
                    amount: 1_250,
                    currency: "EUR"
                ),
                Institution.FeeCancelled(feeID: "cancelled", studentID: "pupil", branchID: "north")
            )
            // The log's clock is the real one, so that the test's has room for a slow machine.
            office.clock.advance(by: Self.day + .seconds(600))
            #expect(try await reminders.remind() == 0)
            office.clock.advance(by: .zero - Self.day - .seconds(600))
            try await Self.charge(office, "open", inDays: 2)
            #expect(try await reminders.remind() == 0)
            office.clock.advance(by: Self.day + .seconds(600))
            #expect(try await reminders.remind() == 1)

            try await Self.charge(office, "off", inDays: 1)
            var setting = NotificationRule.feeDueSoon.original
            setting.isOn = false
            _ = try await office.service.set(.feeDueSoon, setting, by: PostOffice.actor)
            #expect(try await reminders.remind() == 0)
        }
    }

    @Test func howeverManyRemindItIsSentOnce() async throws {
        try await Self.open { office in
            try await Self.charge(office, "f1", inDays: 2)
            office.clock.advance(by: Self.day + .seconds(600))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try await FeeReminders(office.service).remind() } }
                try await group.waitForAll()
            }
            #expect(try await office.inbox("pupil").count == 1)
        }
    }

    @Test func aFeeThatCannotBeToldHoldsUpNoneBehindItAndIsRecorded() async throws {
        try await Self.open { office in
            try await office.register("other")
            try await office.report(Institution.StudentCreated(studentID: "other", branchID: "north", name: "O"))
            var setting = NotificationRule.feeDueSoon.original
            setting.templates.append(.init(locale: "de", title: "Bald", text: ""))
            _ = try await office.service.set(.feeDueSoon, setting, by: PostOffice.actor)
            try await Self.charge(office, "f1", inDays: 3, of: "other")
            try await Self.charge(office, "f2", inDays: 3)
            office.clock.advance(by: Self.day + .seconds(1))
            _ = try await office.service.setNotificationPreferences("other", .init(), by: PostOffice.actor)
            try await office.service.reader.settle()
            try await office.log.pool.execute("update notifications_v6.preferences set categories = '{'")
            #expect(try await FeeReminders(office.service).remind() == 1)
            #expect(try await office.inbox("pupil").map(\.title).count == 1)
            #expect(try await FeeReminders(office.service).remind() == 0)
            let untold = try await office.log.store.reader.events(from: 0, limit: 1_000)
                .filter { $0.type == Notifications.Untold.type }
                .map { try $0.decode(Notifications.Untold.self) }
            #expect(untold.map(\.userID) == ["other"] && untold.map(\.reason) == [.unfit])
        }
    }
}
