package import Foundation
package import Time

/// The five fields of a cron expression (POSIX crontab): minute, hour, day of the month, month, day of the week.
///
/// A field is `*`, a number, a range `1-5`, a list `1,15`, each with a step such as `*/15`; months and days of the week go
/// by their English names too, and Sunday is 0 or 7. Where both days are given, either will do, as crontab has it.
package struct CronExpression: Sendable, Hashable {
    /// Of an hour, from the first on.
    private let minutes: [Int]
    /// Of a day, from the first on.
    private let hours: [Int]
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    private let isDayFree: Bool
    private let isWeekdayFree: Bool

    /// Reads one; nil for anything that is none, or that names no day of any year.
    package init?(_ text: String) {
        let fields = text.split(separator: " ", omittingEmptySubsequences: true)
        guard text.utf8.count <= 120, fields.count == 5,
            let minutes = Self.values(fields[0], 0...59), let hours = Self.values(fields[1], 0...23),
            let days = Self.values(fields[2], 1...31), let months = Self.values(fields[3], 1...12, Self.monthNames),
            let weekdays = Self.values(fields[4], 0...7, Self.dayNames)
        else { return nil }
        self.minutes = minutes.sorted()
        self.hours = hours.sorted()
        self.days = days
        self.months = months
        self.weekdays = Set(weekdays.map { $0 % 7 })
        isDayFree = fields[2].hasPrefix("*")
        isWeekdayFree = fields[4].hasPrefix("*")
        if isWeekdayFree {
            let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            guard months.contains(where: { month in days.contains { $0 <= longest[month - 1] } }) else { return nil }
        }
    }

    private static let monthNames = [
        "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
        "dec": 12,
    ]
    private static let dayNames = ["sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6]

    private static func values(
        _ field: Substring,
        _ range: ClosedRange<Int>,
        _ names: [String: Int] = [:]
    ) -> Set<Int>? {
        func number(_ text: Substring) -> Int? {
            if let named = names[text.lowercased()] { return named }
            guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
                let value = Int(text), range.contains(value)
            else { return nil }
            return value
        }
        var values: Set<Int> = []
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false)
            guard (1...2).contains(halves.count) else { return nil }
            var step = 1
            if halves.count == 2 {
                guard let said = Int(halves[1]), (1...59).contains(said), halves[1].first != "+" else { return nil }
                step = said
            }
            let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
            let lower: Int
            let upper: Int
            if halves[0] == "*" {
                (lower, upper) = (range.lowerBound, range.upperBound)
            } else if ends.count == 1, let single = number(ends[0]) {
                (lower, upper) = (single, halves.count == 2 ? range.upperBound : single)
            } else if ends.count == 2, let first = number(ends[0]), let last = number(ends[1]), first <= last {
                (lower, upper) = (first, last)
            } else {
                return nil
            }
            values.formUnion(stride(from: lower, through: upper, by: step))
        }
        return values
    }

    /// The first time after `moment` by the wall clock of a zone; nil where none comes within eight years. Pure.
    ///
    /// A time that a clock put forward skips comes when it has been; one that comes twice is the first.
    package func next(after moment: Timestamp, in zone: TimeZone) -> Timestamp? {
        let clock = LocalClock(zone)
        let today = clock.day(of: moment)
        for ahead in Int64(0)..<(366 * 8) {
            let day = today.adding(days: ahead)
            guard matches(month: day.month, day: day.number, weekday: day.weekday) else { continue }
            // What the clock has shown on that day already is not looked at.
            let shown = ahead == 0 ? clock.minutes(at: moment) : 0
            if let time = first(on: day, from: shown, after: moment, clock) { return time }
        }
        return nil
    }

    private func matches(month: Int, day: Int, weekday: Int) -> Bool {
        guard months.contains(month) else { return false }
        let isDay = days.contains(day)
        let isWeekday = weekdays.contains(weekday)
        return isDayFree || isWeekdayFree ? isDay && isWeekday : isDay || isWeekday
    }

    private func first(
        on day: CalendarDay,
        from shown: Int,
        after moment: Timestamp,
        _ clock: LocalClock
    ) -> Timestamp? {
        for hour in hours where hour >= shown / 60 {
            for minute in minutes where hour * 60 + minute >= shown {
                let time = clock.moment(day, minutes: hour * 60 + minute)
                if time > moment { return time }
            }
        }
        return nil
    }

    /// How many minutes lie between two of its times at least: of one day, or of two that follow one another.
    package var leastMinutesApart: Int {
        let times = hours.flatMap { hour in minutes.map { hour * 60 + $0 } }
        guard let first = times.first, let last = times.last else { return 1_440 }
        return zip(times, times.dropFirst()).map { $1 - $0 }.reduce(first + 1_440 - last, min)
    }
}
