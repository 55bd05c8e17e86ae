import EventStore
import Events
import Testing
import Time

@testable import Exports

/// The days that reports are about, by the zone that they are asked for in.
@Suite struct PeriodTests {
    /// The days that a schedule's exports are about, at some of its times.
    private static func days(
        _ house: ExportHouse,
        _ report: ExportReport,
        _ period: ExportPeriod,
        _ zone: String,
        at times: String...
    ) async throws -> [String] {
        var order = ExportOrder(report.name, as: .csv)
        order.zone = zone
        let wish = ExportScheduleOrder("s", order, ExportCadence(.daily, time: "06:00"), period: period)
        _ = try await house.service.schedule(wish, by: Author(id: "admin"), rights: house.rights("admin"))
        let schedule = try #require(try await house.service.history.schedules(id: "s").first)
        return try times.map { time in
            let order = schedule.order(dueAt: try #require(Timestamp(rfc3339: time)), of: report)
            return [order.from, order.to].map { $0?.text ?? "" }.joined(separator: " ")
        }
    }

    @Test func aPeriodIsOfDaysThatAreOverAndLeavesNoneOut() async throws {
        try await ExportHouse.open { house in
            // Six o'clock of the 28th in Auckland, when UTC is still in the 27th.
            let east = "2026-11-27T17:00:00Z"
            let own = try await Self.days(house, .transactions, .yesterday, "Pacific/Auckland", at: east)
            #expect(own == ["2026-11-27 2026-11-27"])
            let analytics = try await Self.days(house, .analytics, .yesterday, "Pacific/Auckland", at: east)
            #expect(analytics == ["2026-11-26 2026-11-26"])
            // Half past midnight in London is before midnight of UTC in summer, and after it in winter.
            let turn = try await Self.days(
                house,
                .analytics,
                .yesterday,
                "Europe/London",
                at: "2026-10-23T23:30:00Z",
                "2026-10-24T23:30:00Z",
                "2026-10-26T00:30:00Z"
            )
            #expect(turn == ["2026-10-22 2026-10-22", "2026-10-23 2026-10-23", "2026-10-24 2026-10-24"])
            // Samoa left 30 December 2011 out.
            let samoa = "2011-12-30T16:00:00Z"
            let leftOut = try await Self.days(house, .transactions, .yesterday, "Pacific/Apia", at: samoa)
            #expect(leftOut == ["2011-12-29 2011-12-29"])
            let week = try await Self.days(house, .transactions, .last7Days, "Pacific/Apia", at: samoa)
            #expect(week == ["2011-12-23 2011-12-29"])
            // Midnight is skipped in Santiago.
            let late = try await Self.days(
                house,
                .transactions,
                .yesterday,
                "America/Santiago",
                at: "2026-09-06T04:00:00Z"
            )
            #expect(late == ["2026-09-05 2026-09-05"])
        }
    }

    /// One of the two is in another day than UTC at any time.
    @Test(arguments: ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
    func theDayOfARowAndTheRangeThatTakesItAreOfTheZone(_ zone: String) async throws {
        try await ExportHouse.open { house in
            try await house.reportFee()
            for (report, time) in [("transactions", "occurredAt"), ("audit-history", "recordedAt")] {
                var order = ExportOrder(report, as: .csv)
                order.zone = zone
                order.columns = ["day", time]
                let all = try await house.make("admin", order)
                let lines = try await house.text(all.exportID, "admin").split(separator: "\r\n").dropFirst()
                let days = lines.map { String($0.prefix(10)) }
                #expect(!days.isEmpty)
                #expect(days == lines.map { String($0.dropFirst(11).prefix(10)) }, "\(report)")
                order.moment = .size(try #require(all.size))
                order.from = days.min().flatMap { CalendarDay($0) }
                order.to = days.max().flatMap { CalendarDay($0) }
                let ranged = try await house.make("admin", order)
                #expect(ranged.rows == all.rows, "\(report)")
                guard report == "audit-history" else { continue }
                var counts = ExportOrder("audit-report", as: .csv)
                counts.zone = zone
                counts.moment = order.moment
                counts.columns = ["day"]
                let counted = try await house.make("admin", counts)
                let told = try await house.text(counted.exportID, "admin").split(separator: "\r\n").dropFirst()
                let others = Set(told.map { String($0) }).subtracting(days)
                #expect(!told.isEmpty)
                #expect(others.isEmpty, "\(others)")
            }
        }
    }
}
