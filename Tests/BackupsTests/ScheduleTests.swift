import Testing
import Time

@testable import Backups

@Suite struct ScheduleTests {
    private func next(
        _ frequency: BackupSchedule.Frequency,
        _ time: String = "02:30",
        weekday: Int = 1,
        day: Int = 1,
        zone: String = "UTC",
        after moment: String
    ) throws -> String {
        let schedule = BackupSchedule(
            scheduleID: "s",
            kind: .full,
            repository: "main",
            frequency: frequency,
            minutes: try #require(BackupSchedule.minutes(time)),
            weekday: weekday,
            day: day,
            seconds: 5,
            zone: zone,
            scheduledAt: .now(),
            scheduledBy: "operator"
        )
        return schedule.next(after: try #require(Timestamp(rfc3339: moment))).rfc3339
    }

    @Test func itComesAtItsTimeAndNotTwice() throws {
        #expect(try next(.daily, after: "2026-11-26T02:29:59Z") == "2026-11-26T02:30:00.000000Z")
        #expect(try next(.daily, after: "2026-11-26T02:30:00Z") == "2026-11-27T02:30:00.000000Z")
        #expect(try next(.hourly, after: "2026-11-26T02:31:00Z") == "2026-11-26T03:30:00.000000Z")
        #expect(try next(.weekly, weekday: 7, after: "2026-11-26T12:00:00Z") == "2026-11-29T02:30:00.000000Z")
        #expect(try next(.weekly, weekday: 1, after: "2026-11-26T12:00:00Z") == "2026-11-30T02:30:00.000000Z")
        #expect(try next(.continuous, after: "2026-11-26T12:00:00Z") == "2026-11-26T12:00:05.000000Z")
    }

    @Test func aMonthWithoutTheDayTakesItsLast() throws {
        #expect(try next(.monthly, day: 31, after: "2026-02-01T00:00:00Z") == "2026-02-28T02:30:00.000000Z")
        #expect(try next(.monthly, day: 31, after: "2026-02-28T02:30:00Z") == "2026-03-31T02:30:00.000000Z")
        #expect(try next(.monthly, day: 1, after: "2026-12-01T02:30:00Z") == "2027-01-01T02:30:00.000000Z")
    }

    @Test func clocksThatAreChangedLoseNoBackup() throws {
        let zone = "Europe/Berlin"
        // 29 March 2026: 02:30 does not exist.
        #expect(try next(.daily, zone: zone, after: "2026-03-28T12:00:00Z") == "2026-03-29T01:00:00.000000Z")
        // 25 October 2026: 02:30 comes twice; the first is 00:30 UTC.
        #expect(try next(.daily, zone: zone, after: "2026-10-24T12:00:00Z") == "2026-10-25T00:30:00.000000Z")
        #expect(try next(.daily, zone: zone, after: "2026-10-25T00:30:00Z") == "2026-10-26T01:30:00.000000Z")
    }

    @Test(arguments: ["24:00", "2:30", "02:60", "0230", "", "aa:bb"]) func whatIsNoTimeIsNone(text: String) {
        #expect(BackupSchedule.minutes(text) == nil)
    }
}
