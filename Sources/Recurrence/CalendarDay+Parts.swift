import Time

extension CalendarDay {
    /// 0 for Sunday to 6.
    var weekday: Int {
        // 1970-01-01 was a Thursday.
        let days = (daysSinceEpoch + 4) % 7
        return Int(days < 0 ? days + 7 : days)
    }

    /// Of the year, 1 for January.
    var month: Int { Int(text.dropFirst(5).prefix(2)) ?? 1 }

    /// Of the month.
    var number: Int { Int(text.suffix(2)) ?? 1 }

    /// Whether another month begins the day after.
    var isLastOfMonth: Bool { adding(days: 1).month != month }
}
