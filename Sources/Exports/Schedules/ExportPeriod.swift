import Time

/// The days that a scheduled report is about, as seen from its own day.
package enum ExportPeriod: String, Sendable, Hashable, CaseIterable {
    case yesterday
    case last7Days = "last-7-days"
    case last30Days = "last-30-days"
    case lastMonth = "last-month"

    /// The first and the last day, as of a day. Pure.
    ///
    /// - Parameter yesterday: the day before, where it is another one than that of the calendar, since the zone has left that out.
    func days(before day: CalendarDay, yesterday: CalendarDay? = nil) -> (from: CalendarDay, to: CalendarDay) {
        let yesterday = yesterday ?? day.adding(days: -1)
        switch self {
        case .yesterday: return (yesterday, yesterday)
        case .last7Days: return (yesterday.adding(days: -6), yesterday)
        case .last30Days: return (yesterday.adding(days: -29), yesterday)
        case .lastMonth:
            // Days are counted as their text has them, `2026-03-17`.
            let number = Int64(day.text.suffix(2)) ?? 1
            let last = day.adding(days: -number)
            return (last.adding(days: 1 - (Int64(last.text.suffix(2)) ?? 1)), last)
        }
    }
}
