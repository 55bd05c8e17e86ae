import Time

/// The days that a scheduled report is about, as seen from its own day.
package enum ExportPeriod: String, Sendable, Hashable, CaseIterable {
    case yesterday
    case last7Days = "last-7-days"
    case last30Days = "last-30-days"
    case lastMonth = "last-month"

    /// The first and the last day, as of a day. Pure.
    func days(before day: CalendarDay) -> (from: CalendarDay, to: CalendarDay) {
        let yesterday = day.adding(days: -1)
        switch self {
        case .yesterday: return (yesterday, yesterday)
        case .last7Days: return (day.adding(days: -7), yesterday)
        case .last30Days: return (day.adding(days: -30), yesterday)
        case .lastMonth:
            // Days are counted as their text has them, `2026-03-17`.
            let number = Int64(day.text.suffix(2)) ?? 1
            let last = day.adding(days: -number)
            return (last.adding(days: 1 - (Int64(last.text.suffix(2)) ?? 1)), last)
        }
    }
}
