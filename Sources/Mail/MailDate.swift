import Time

/// A moment as header fields have it (RFC 5322, section 3.3), in UTC.
enum MailDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func text(_ moment: Timestamp) -> String {
        let day = CalendarDay(of: moment)
        // The first of January 1970 was a Thursday.
        let weekday = days[Int(((day.daysSinceEpoch % 7) + 7) % 7)]
        // `2026-11-05T10:20:30…`
        let text = moment.rfc3339
        let parts = text.prefix(10).split(separator: "-")
        let month = months[(Int(parts[1]) ?? 1) - 1]
        return "\(weekday), \(parts[2]) \(month) \(parts[0]) \(text.dropFirst(11).prefix(8)) +0000"
    }
}
