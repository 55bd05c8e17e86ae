import Foundation
import Time

/// The wall clock of a time zone (IANA), with its changes to and from daylight-saving time.
struct LocalClock: Sendable {
    private static let perDay: Int64 = 86_400_000_000
    private let zone: TimeZone

    /// The clock of a zone; nil where there is no zone of that name.
    init?(zone name: String) {
        // Foundation takes abbreviations too, which mean another thing in every country.
        guard name == "UTC" || name.contains("/"), let zone = TimeZone(identifier: name) else { return nil }
        self.zone = zone
    }

    /// What a calendar there shows.
    func day(at moment: Timestamp) -> CalendarDay {
        CalendarDay(of: Timestamp(microseconds: moment.microseconds + offset(at: moment)))
    }

    /// When the clock shows a time of a day. Where the clock is put back it shows it twice; where it is put forward it
    /// may not show it at all, and the moment is the one at which it would have.
    func moments(of day: CalendarDay, minute: Int) -> (first: Timestamp, last: Timestamp) {
        let local = day.daysSinceEpoch * Self.perDay + Int64(minute) * 60_000_000
        let before = offset(at: Timestamp(microseconds: local - Self.perDay))
        let after = offset(at: Timestamp(microseconds: local + Self.perDay))
        let shown = [before, after].map { (moment: Timestamp(microseconds: local - $0), offset: $0) }
            .filter { offset(at: $0.moment) == $0.offset }
            .map(\.moment)
        guard let first = shown.min(), let last = shown.max() else {
            let would = Timestamp(microseconds: local - before)
            return (would, would)
        }
        return (first, last)
    }

    private func offset(at moment: Timestamp) -> Int64 {
        let date = Date(timeIntervalSince1970: Double(moment.microseconds) / 1_000_000)
        return Int64(zone.secondsFromGMT(for: date)) * 1_000_000
    }
}
