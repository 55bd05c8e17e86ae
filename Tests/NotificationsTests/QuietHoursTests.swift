import Recurrence
import Testing
import Time

@testable import Notifications

/// Quiet hours are meant by the wall clock of the recipient's time zone.
struct QuietHoursTests {
    private static func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

    private static func hours(_ spans: [(Int, String, String)], _ zone: String) throws -> QuietHours {
        let spans = try spans.map { day, from, to in
            let begin = try #require(QuietHours.Span.minutes(from))
            let end = try #require(QuietHours.Span.minutes(to))
            return QuietHours.Span(day: day, from: begin, to: end)
        }
        return try #require(QuietHours(spans, zone: zone))
    }

    // 2026-02-02 is a Monday; Berlin is an hour ahead in winter.
    @Test(arguments: [
        ("2026-02-02T20:59:59Z", nil), ("2026-02-02T21:00:00Z", "2026-02-03T06:00:00Z"),
        ("2026-02-03T05:59:59Z", "2026-02-03T06:00:00Z"), ("2026-02-03T06:00:00Z", nil),
        // Only of Monday evening.
        ("2026-02-03T21:30:00Z", nil),
    ])
    func theyWrapOverMidnightIntoTheNextDay(_ at: String, _ until: String?) throws {
        let hours = try Self.hours([(0, "22:00", "07:00")], "Europe/Berlin")
        #expect(hours.end(from: try Self.moment(at)) == (try until.map(Self.moment)))
    }

    @Test func theyFollowTheZoneAndNotTheServer() throws {
        let kolkata = try Self.hours([(0, "22:00", "23:00")], "Asia/Kolkata")
        #expect(kolkata.end(from: try Self.moment("2026-02-02T16:30:00Z")) == (try Self.moment("2026-02-02T17:30:00Z")))
        #expect(kolkata.end(from: try Self.moment("2026-02-02T22:30:00Z")) == nil)
        // Monday there begins while it is Sunday in UTC.
        let kiritimati = try Self.hours([(0, "01:00", "02:00")], "Pacific/Kiritimati")
        #expect(
            kiritimati.end(from: try Self.moment("2026-02-01T11:30:00Z")) == (try Self.moment("2026-02-01T12:00:00Z"))
        )
    }

    // In Berlin the clock is put forward on Sunday 2026-03-29 at 02:00, and back on Sunday 2026-10-25 at 03:00.
    @Test func theNightInWhichTheClockIsPutForwardIsAnHourShorter() throws {
        let hours = try Self.hours([(5, "22:00", "07:00")], "Europe/Berlin")
        #expect(hours.end(from: try Self.moment("2026-03-28T21:00:00Z")) == (try Self.moment("2026-03-29T05:00:00Z")))
    }

    @Test func hoursThatBeginInTheHourThatIsSkippedBeginWhenItWouldHave() throws {
        let hours = try Self.hours([(6, "02:30", "04:00")], "Europe/Berlin")
        #expect(hours.end(from: try Self.moment("2026-03-29T01:29:59Z")) == nil)
        #expect(hours.end(from: try Self.moment("2026-03-29T01:30:00Z")) == (try Self.moment("2026-03-29T02:00:00Z")))
    }

    @Test func hoursThatEndInTheHourThatComesTwiceEndTheSecondTime() throws {
        let hours = try Self.hours([(6, "01:00", "02:30")], "Europe/Berlin")
        // 02:30 is shown at 00:30Z and again at 01:30Z.
        #expect(hours.end(from: try Self.moment("2026-10-25T00:45:00Z")) == (try Self.moment("2026-10-25T01:30:00Z")))
        #expect(hours.end(from: try Self.moment("2026-10-25T01:30:00Z")) == nil)
    }

    @Test func hoursThatFollowWithoutAPauseAreOneQuiet() throws {
        let hours = try Self.hours([(0, "20:00", "22:00"), (0, "22:00", "06:00"), (1, "06:00", "08:00")], "UTC")
        #expect(hours.end(from: try Self.moment("2026-02-02T20:30:00Z")) == (try Self.moment("2026-02-03T08:00:00Z")))
    }

    @Test(arguments: ["Mars/Olympus", "CET-ish", "", "EST"])
    func aZoneThatThereIsNotIsNone(_ zone: String) {
        #expect(LocalClock(zone: zone) == nil)
    }

    @Test(arguments: ["24:00", "07:60", "7:00", "0700", "07:00:00", "-1:00", "ab:cd", "+1:00"])
    func aTimeOfDayThatThereIsNotIsNone(_ text: String) {
        #expect(QuietHours.Span.minutes(text) == nil)
    }
}
