import Testing
import Time

/// Days without a time.
@Suite struct CalendarDayTests {
    @Test(arguments: ["0001-01-01", "1969-12-31", "1970-01-01", "2000-02-29", "2024-02-29", "2026-12-31", "9999-12-31"])
    func aDayReadsBackAsItWasWritten(text: String) {
        #expect(CalendarDay(text)?.text == text)
    }

    @Test(arguments: [
        "2025-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-1", "0000-01-01", "2026-01-01T",
        "2026/01/01", " 2026-01-0", "+026-01-01", "２０26-01-01", "",
    ])
    func whatIsNoDayIsRefused(text: String) {
        #expect(CalendarDay(text) == nil)
    }

    @Test func daysCountOn() throws {
        let day = try #require(CalendarDay("2024-02-28"))
        #expect(day.adding(days: 1).text == "2024-02-29")
        #expect(day.adding(days: 2).text == "2024-03-01")
        #expect(day.adding(days: -59).text == "2023-12-31")
        #expect(day < day.adding(days: 1))
    }

    @Test func aMomentLiesInItsDayInUTC() throws {
        #expect(CalendarDay(of: try #require(Timestamp(rfc3339: "2026-01-31T23:59:59.999999Z"))).text == "2026-01-31")
        #expect(CalendarDay(of: Timestamp(microseconds: -1)).text == "1969-12-31")
        #expect(CalendarDay(of: .epoch).text == "1970-01-01")
    }
}
