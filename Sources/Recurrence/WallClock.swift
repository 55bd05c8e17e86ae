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
    private let clock: LocalClock

    /// - Parameter minutes: after midnight; of an hour, after its beginning.
    package init(_ days: Days, minutes: Int, zone: TimeZone) {
        self.days = days
        self.minutes = minutes
        clock = LocalClock(zone)
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
    /// A time that a clock put forward skips comes when it has been; one that comes twice is the first. Of each hour there is
    /// one, also of those that come twice.
    package func next(after moment: Timestamp) -> Timestamp {
        if days == .hourly { return clock.minute(minutes % 60, after: moment) }
        let today = clock.day(of: moment)
        // Two months and some days: no day of a month is further away.
        for ahead in Int64(0)...70 {
            let day = today.adding(days: ahead)
            guard isOne(day) else { continue }
            let time = clock.moment(day, minutes: minutes)
            if time > moment { return time }
        }
        return .latest
    }

    private func isOne(_ day: CalendarDay) -> Bool {
        switch days {
        case .hourly, .daily: true
        case .weekly(let weekday): day.weekday == weekday % 7
        case .monthly(let number): day.isLastOfMonth ? number >= day.number : number == day.number
        }
    }
}
