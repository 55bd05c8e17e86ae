package import Foundation
package import Time

/// The clock on the wall of a time zone, and its calendar.
///
/// Both follow from how far the zone is ahead of UTC at a moment, and from nothing else: days that begin later than at
/// midnight, days that a zone leaves out and hours that come twice need no rules of their own.
package struct LocalClock: Sendable, Hashable {
    private static let perDay: Int64 = 86_400

    private let zone: TimeZone

    /// The clock of a zone.
    package init(_ zone: TimeZone) { self.zone = zone }

    /// The clock of a zone of an IANA name; nil where there is none, as for abbreviations: see ``WallClock/zone(_:)``.
    package init?(zone name: String) {
        guard let zone = WallClock.zone(name) else { return nil }
        self.zone = zone
    }

    /// The day that it shows at a moment.
    package func day(of moment: Timestamp) -> CalendarDay {
        CalendarDay(of: moment + .seconds(offset(at: Self.second(of: moment))))
    }

    /// The last day that it showed before the one of a moment: the day before, unless the zone has left that out.
    package func dayBefore(_ moment: Timestamp) -> CalendarDay {
        day(of: self.moment(day(of: moment), minutes: 0) + .microseconds(-1))
    }

    /// A day of UTC that has begun at a moment, and is the same whether the clock has been put forward or not when it shows what
    /// it shows then: of times that come every day it is the next one each time.
    package func dayOfUTC(at moment: Timestamp) -> CalendarDay {
        let second = Self.second(of: moment)
        let offsets = [-182, 0, 182].map { offset(at: second + $0 * Self.perDay) }
        return CalendarDay(of: moment + .seconds(offsets[1] - (offsets.max() ?? offsets[1])))
    }

    /// When it shows a time of a day the first time; where it is put forward past that time, when it has been.
    package func moment(_ day: CalendarDay, minutes: Int) -> Timestamp {
        let shown = Self.shown(day, minutes)
        if let first = seconds(showing: shown).min() { return Self.moment(atSecond: first) }
        var (low, high) = (shown - Self.perDay, shown + Self.perDay)
        let before = offset(at: low)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: middle) == before { low = middle } else { high = middle }
        }
        return Self.moment(atSecond: high)
    }

    /// When it shows a time of a day the first and the last time: where it is put back it shows it twice. Where it is put forward
    /// past that time, the moment at which it would have.
    package func moments(_ day: CalendarDay, minutes: Int) -> (first: Timestamp, last: Timestamp) {
        let shown = Self.shown(day, minutes)
        let seconds = seconds(showing: shown)
        let would = shown - offset(at: shown - Self.perDay)
        return (Self.moment(atSecond: seconds.min() ?? would), Self.moment(atSecond: seconds.max() ?? would))
    }

    /// Minutes after midnight that it shows at a moment.
    func minutes(at moment: Timestamp) -> Int { minutes(atSecond: Self.second(of: moment)) }

    /// The first moment after another at which it shows a minute of an hour, of whichever hour: also of one that comes twice.
    func minute(_ minute: Int, after moment: Timestamp) -> Timestamp {
        let start = Self.second(of: moment)
        var second = start - Self.remainder(start, 60) + 60
        while true {
            // Some clocks are put forward by half an hour only: what is shown then is looked at anew.
            let wait = Self.remainder(Int64(minute - minutes(atSecond: second)), 60)
            if wait == 0 { return Self.moment(atSecond: second) }
            second += wait * 60
        }
    }

    /// What it shows, as seconds since 1970.
    private static func shown(_ day: CalendarDay, _ minutes: Int) -> Int64 {
        day.daysSinceEpoch * perDay + Int64(minutes) * 60
    }

    /// The seconds at which it shows that: one, two or none. No zone is further from UTC than a day.
    private func seconds(showing shown: Int64) -> [Int64] {
        [offset(at: shown - Self.perDay), offset(at: shown + Self.perDay)]
            .map { (second: shown - $0, ahead: $0) }
            .filter { offset(at: $0.second) == $0.ahead }
            .map(\.second)
    }

    private func minutes(atSecond second: Int64) -> Int {
        Int(Self.remainder(second + offset(at: second), Self.perDay) / 60)
    }

    private func offset(at second: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
    }

    private static func second(of moment: Timestamp) -> Int64 {
        (moment.microseconds - remainder(moment.microseconds, 1_000_000)) / 1_000_000
    }

    private static func moment(atSecond second: Int64) -> Timestamp { Timestamp(microseconds: second * 1_000_000) }

    /// What is left over, never below zero.
    private static func remainder(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
