package import Foundation
package import Time

/// A time of the day by the wall clock of a time zone, on some days or on all.
package struct WallClock: Sendable, Hashable {
    /// On which days.
    package enum Days: Sendable, Hashable {
        /// Every hour, at a minute.
        case hourly
        /// Every day.
        case daily
        /// On a day of the week, 1 for Monday.
        case weekly(Int)
        /// On a day of the month; the last one where it has none such.
        case monthly(Int)
    }

    private let days: Days
    private let minutes: Int
    private let zone: TimeZone

    /// - Parameter minutes: after midnight; of an hour, after its beginning.
    package init(_ days: Days, minutes: Int, zone: TimeZone) {
        self.days = days
        self.minutes = minutes
        self.zone = zone
    }

    /// The zone of an IANA name. Abbreviations, which mean another thing in every country, are none.
    package static func zone(_ name: String) -> TimeZone? {
        guard name == "UTC" || name == "GMT" || name.contains("/") else { return nil }
        return TimeZone(identifier: name)
    }

    /// Minutes after midnight of `02:30`; nil where it is no time.
    package static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isNumber) }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]),
            (0..<24).contains(hours), (0..<60).contains(minutes)
        else { return nil }
        return hours * 60 + minutes
    }

    /// The first time after `moment`. Pure.
    ///
    /// A time that a clock put forward skips comes when it has been; one that comes twice is the first.
    package func next(after moment: Timestamp) -> Timestamp {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let date = Date(timeIntervalSince1970: Double(moment.microseconds) / 1_000_000)
        var wanted = DateComponents()
        (wanted.hour, wanted.minute, wanted.second) = (minutes / 60, minutes % 60, 0)
        switch days {
        case .hourly: (wanted.hour, wanted.minute) = (nil, minutes % 60)
        case .daily: break
        case .weekly(let weekday): wanted.weekday = weekday % 7 + 1
        case .monthly(let day): return nextMonthly(day, after: date, calendar)
        }
        let next = calendar.nextDate(
            after: date,
            matching: wanted,
            matchingPolicy: .nextTime,
            repeatedTimePolicy: .first
        )
        return Timestamp(next ?? date.addingTimeInterval(86_400))
    }

    private func nextMonthly(_ day: Int, after date: Date, _ calendar: Calendar) -> Timestamp {
        for months in 0...2 {
            guard let month = calendar.date(byAdding: .month, value: months, to: date),
                let days = calendar.range(of: .day, in: .month, for: month)
            else { continue }
            var wanted = calendar.dateComponents([.year, .month], from: month)
            (wanted.day, wanted.hour, wanted.minute, wanted.second) = (
                min(day, days.count), minutes / 60, minutes % 60, 0
            )
            if let next = calendar.date(from: wanted), next > date { return Timestamp(next) }
        }
        return Timestamp(date.addingTimeInterval(28 * 86_400))
    }
}

extension Timestamp {
    init(_ date: Date) { self.init(microseconds: Int64((date.timeIntervalSince1970 * 1_000_000).rounded())) }
}
