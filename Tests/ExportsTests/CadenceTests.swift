import Foundation
import Recurrence
import Testing
import Time

@testable import Exports

/// When schedules come due.
@Suite struct CadenceTests {
    private func next(_ cron: String, after text: String, _ zone: String = "UTC") throws -> String? {
        let moment = try #require(Timestamp(rfc3339: text))
        return ExportCadence(.cron, cron: cron).next(after: moment, zone: zone)?.rfc3339
    }

    @Test(arguments: [
        ("30 6 * * 1-5", "2026-03-06T07:00:00Z", "2026-03-09T06:30:00.000000Z"),
        ("*/15 * * * *", "2026-03-06T07:01:00Z", "2026-03-06T07:15:00.000000Z"),
        ("0 0 31 * *", "2026-01-31T00:00:00Z", "2026-03-31T00:00:00.000000Z"),
        ("0 0 29 feb *", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00.000000Z"),
        ("0 12 * * sun", "2026-03-06T07:00:00Z", "2026-03-08T12:00:00.000000Z"),
        ("0 12 * * 7", "2026-03-06T07:00:00Z", "2026-03-08T12:00:00.000000Z"),
        // Either day will do where both are given.
        ("0 0 13 * 5", "2026-03-06T07:00:00Z", "2026-03-13T00:00:00.000000Z"),
        ("0 0 1 * 1", "2026-03-06T07:00:00Z", "2026-03-09T00:00:00.000000Z"),
    ])
    func cronExpressionsNameTimes(_ cron: String, _ after: String, _ expected: String) throws {
        #expect(try next(cron, after: after) == expected)
    }

    @Test(arguments: [
        "", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "*/0 * * * *", "1-0 * * * *",
        "a * * * *", "* * 30 2 *", "1,,2 * * * *", "+1 * * * *", "* * * * * *", "1/2/3 * * * *",
    ])
    func whatIsNoCronExpressionIsRefused(_ text: String) {
        #expect(CronExpression(text) == nil)
        #expect(ExportCadence(.cron, cron: text).problems().map(\.pointer) == ["/cron"])
    }

    @Test func aTimeThatSpringSkipsComesWhenItHasBeen() throws {
        // 29 March 2026: 02:00 becomes 03:00 in Berlin.
        #expect(try next("30 2 * * *", after: "2026-03-28T12:00:00Z", "Europe/Berlin") == "2026-03-29T01:00:00.000000Z")
        let daily = ExportCadence(.daily, time: "02:30")
        let moment = try #require(Timestamp(rfc3339: "2026-03-28T12:00:00Z"))
        #expect(daily.next(after: moment, zone: "Europe/Berlin")?.rfc3339 == "2026-03-29T01:00:00.000000Z")
    }

    /// The times that follow a moment, one after the other.
    private func times(_ cadence: ExportCadence, _ zone: String, after text: String, _ count: Int) throws -> [String] {
        var moment = try #require(Timestamp(rfc3339: text))
        var times: [String] = []
        for _ in 0..<count {
            moment = try #require(cadence.next(after: moment, zone: zone))
            times.append(moment.rfc3339)
        }
        return times
    }

    @Test(arguments: [
        // Midnight is skipped: the day begins at one o'clock.
        ("America/Santiago", "2026-09-05T12:00:00Z", ["2026-09-06T04:00:00.000000Z", "2026-09-07T03:30:00.000000Z"]),
        ("America/Havana", "2026-03-07T12:00:00Z", ["2026-03-08T05:00:00.000000Z", "2026-03-09T04:30:00.000000Z"]),
        // Half an hour after midnight comes twice.
        ("America/Havana", "2026-10-31T12:00:00Z", ["2026-11-01T04:30:00.000000Z", "2026-11-02T05:30:00.000000Z"]),
        // The day before its last hour comes twice.
        ("America/Santiago", "2026-04-04T12:00:00Z", ["2026-04-05T04:30:00.000000Z", "2026-04-06T04:30:00.000000Z"]),
    ])
    func clocksThatChangeAtMidnightLoseNoDay(_ zone: String, _ after: String, _ expected: [String]) throws {
        #expect(try times(ExportCadence(.daily, time: "00:30"), zone, after: after, 2) == expected)
        #expect(try times(ExportCadence(.cron, cron: "30 0 * * *"), zone, after: after, 2) == expected)
    }

    @Test func everyHourIsOneAlsoWhereAClockChanges() throws {
        let hourly = ExportCadence(.hourly, time: "00:30")
        #expect(
            try times(hourly, "Europe/Berlin", after: "2026-10-25T00:00:00Z", 3) == [
                "2026-10-25T00:30:00.000000Z", "2026-10-25T01:30:00.000000Z", "2026-10-25T02:30:00.000000Z",
            ]
        )
        #expect(
            try times(hourly, "Europe/Berlin", after: "2026-03-29T00:00:00Z", 2) == [
                "2026-03-29T00:30:00.000000Z", "2026-03-29T01:30:00.000000Z",
            ]
        )
        // By half an hour: from 02:00 to 02:30, so that no 02:15 is shown.
        #expect(
            try times(ExportCadence(.hourly, time: "00:15"), "Australia/Lord_Howe", after: "2026-10-03T14:00:00Z", 2)
                == [
                    "2026-10-03T14:45:00.000000Z", "2026-10-03T16:15:00.000000Z",
                ]
        )
    }

    @Test func aDayThatAZoneLeavesOutHoldsNothingUp() throws {
        // After 29 December 2011 came the 31st in Samoa.
        let expected = ["2011-12-29T16:00:00.000000Z", "2011-12-30T10:00:00.000000Z", "2011-12-30T16:00:00.000000Z"]
        let after = "2011-12-29T12:00:00Z"
        #expect(try times(ExportCadence(.daily, time: "06:00"), "Pacific/Apia", after: after, 3) == expected)
        #expect(try times(ExportCadence(.cron, cron: "0 6 * * *"), "Pacific/Apia", after: after, 3) == expected)
    }

    @Test func timesThatWereMissedAreMadeUpForByTheLastOfThem() throws {
        let daily = ExportCadence(.daily, time: "06:00")
        let last = try #require(Timestamp(rfc3339: "2026-03-01T06:00:00Z"))
        let now = try #require(Timestamp(rfc3339: "2026-03-05T07:00:00Z"))
        let due = try #require(daily.due(after: last, at: now, zone: "UTC"))
        #expect(due.at.rfc3339 == "2026-03-05T06:00:00.000000Z" && due.missed == 3)
        #expect(daily.due(after: due.at, at: now, zone: "UTC") == nil)
    }

    @Test func whatWasMissedForYearsIsFoundWithoutGoingThroughAllOfIt() throws {
        let often = ExportCadence(.cron, cron: "*/15 * * * *")
        let rare = ExportCadence(.cron, cron: "0 6 29 2 *")
        let last = try #require(Timestamp(rfc3339: "2000-01-01T00:00:00Z"))
        let now = try #require(Timestamp(rfc3339: "2026-03-05T07:10:00Z"))
        let due = try #require(often.due(after: last, at: now, zone: "Europe/Berlin"))
        #expect(due.at.rfc3339 == "2026-03-05T07:00:00.000000Z" && due.missed == 100)
        let leap = try #require(rare.due(after: last, at: now, zone: "UTC"))
        #expect(leap.at.rfc3339 == "2024-02-29T06:00:00.000000Z" && leap.missed == 6)
    }

    @Test(arguments: [
        ("*/15 * * * *", 15), ("0,50 * * * *", 10), ("30 6 * * *", 1_440), ("0 0,23 * * *", 60), ("59 23 * * *", 1_440),
        ("0,59 0,23 * * *", 1),
    ])
    func howFarTimesAreApart(_ cron: String, _ minutes: Int) {
        #expect(CronExpression(cron)?.leastMinutesApart == minutes)
    }

    @Test func periodsEndTheDayBefore() throws {
        let day = try #require(CalendarDay("2026-03-17"))
        func days(_ period: ExportPeriod) -> [String] {
            let (from, to) = period.days(before: day)
            return [from.text, to.text]
        }
        #expect(days(.yesterday) == ["2026-03-16", "2026-03-16"])
        #expect(days(.last7Days) == ["2026-03-10", "2026-03-16"])
        #expect(days(.lastMonth) == ["2026-02-01", "2026-02-28"])
    }
}
