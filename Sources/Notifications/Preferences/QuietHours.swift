import Recurrence
package import Time

/// When somebody does not want to be disturbed: weekly, by the wall clock of their time zone.
///
/// Hours that end at or before the time at which they begin end on the next day. Where the clock is put back they begin
/// the first time and end the last time that it shows their time, so that they are never shorter than meant.
package struct QuietHours: Sendable, Hashable {
    /// Hours that begin on one day of each week.
    package struct Span: Sendable, Hashable {
        /// The day on which they begin: 0 for Monday.
        package var day: Int
        /// When they begin, in minutes since midnight.
        package var from: Int
        /// When they end, in minutes since midnight.
        package var to: Int

        /// Hours that begin on one day of each week.
        package init(day: Int, from: Int, to: Int) {
            self.day = day
            self.from = from
            self.to = to
        }
    }

    /// The spans.
    package var spans: [Span]
    /// The IANA name of the time zone.
    package var zone: String
    private let clock: LocalClock

    /// Hours in a zone; nil where there is no such zone.
    package init?(_ spans: [Span], zone: String) {
        guard let clock = LocalClock(zone: zone) else { return nil }
        self.spans = spans
        self.zone = zone
        self.clock = clock
    }

    /// When the hours that a moment lies in are over, and those that follow without a pause; nil if it lies in none.
    package func end(from moment: Timestamp) -> Timestamp? {
        var end: Timestamp?
        // Spans that touch one another; a week of them is quiet for ever, which is for the sender to see.
        for _ in 0..<16 {
            guard let next = ends(at: end ?? moment).max(), next > end ?? moment else { break }
            end = next
        }
        return end
    }

    private func ends(at moment: Timestamp) -> [Timestamp] {
        let today = clock.day(of: moment)
        return (-1...0).flatMap { offset -> [Timestamp] in
            let day = today.adding(days: Int64(offset))
            return spans.filter { $0.day == day.weekday }.compactMap { span in
                let last = span.to > span.from ? day : day.adding(days: 1)
                let begin = clock.moments(day, minutes: span.from).first
                let end = clock.moments(last, minutes: span.to).last
                return begin <= moment && moment < end ? end : nil
            }
        }
    }

    package static func == (left: QuietHours, right: QuietHours) -> Bool {
        left.spans == right.spans && left.zone == right.zone
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(spans)
        hasher.combine(zone)
    }
}

extension CalendarDay {
    /// 0 for Monday to 6 for Sunday. 1970-01-01 was a Thursday.
    var weekday: Int {
        let days = (daysSinceEpoch + 3) % 7
        return Int(days < 0 ? days + 7 : days)
    }
}

extension QuietHours.Span {
    /// Minutes since midnight of `HH:MM`; nil for anything else.
    package static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int(parts[0]),
            (0...23).contains(hour),
            let minute = Int(parts[1]), (0...59).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }

    /// `HH:MM`.
    package static func text(_ minutes: Int) -> String {
        let pad = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(pad(minutes / 60)):\(pad(minutes % 60))"
    }
}
