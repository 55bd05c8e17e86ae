package import Time

/// The days of a school year, from the first of September on.
package struct DemoCalendar: Sendable {
    /// The year in which the school year begins.
    package let year: Int
    private let start: Timestamp
    /// In which year temporary roles end: after the school year, and after the plan is carried out.
    private let lastYear: Int

    /// The school year that begins in a year; nil for one that is not over: what has not happened cannot be told.
    package init?(year: Int, now: Timestamp) {
        guard (1000...9000).contains(year), let start = Timestamp(rfc3339: "\(year)-09-01T00:00:00Z"),
            let end = Timestamp(rfc3339: "\(year + 1)-09-01T00:00:00Z"), end <= now,
            let today = Int(now.rfc3339.prefix(4))
        else { return nil }
        self.year = year
        self.start = start
        lastYear = max(year + 2, today + 1)
    }

    /// The last school year that was over at a moment: what is told of it lies in the past.
    package init?(before moment: Timestamp) {
        let text = moment.rfc3339
        guard let year = Int(text.prefix(4)), let month = Int(text.dropFirst(5).prefix(2)) else { return nil }
        self.init(year: month >= 9 ? year - 1 : year - 2, now: moment)
    }

    static let weeks = 52

    /// The date of a day of the year, as people write it.
    func date(week: Int, day: Int) -> String {
        String((start + .seconds(86_400 * (7 * week + day))).rfc3339.prefix(10))
    }

    /// When temporary roles end.
    var ends: [Timestamp] {
        ["\(lastYear)-09-30", "\(lastYear)-10-31", "\(lastYear)-12-31", "\(lastYear + 1)-01-31"]
            .compactMap { Timestamp(rfc3339: "\($0)T22:00:00Z") }
    }

    /// The weeks in which there is school, with days off at the turn of the year, in spring and in summer.
    static let schoolWeeks = Array(0..<16) + Array(18..<28) + Array(31..<41)

    /// A day of the year.
    func day(week: Int, _ day: Int) -> CalendarDay {
        CalendarDay(of: start).adding(days: Int64(7 * week + day))
    }

    /// A time of a day, in minutes from midnight.
    func time(week: Int, day: Int, minute: Int) -> Timestamp {
        start + .seconds(86_400 * (7 * week + day) + 60 * minute)
    }
}
