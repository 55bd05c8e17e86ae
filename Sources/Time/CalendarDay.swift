/// A day of the calendar without a time: RFC 3339 `full-date`, in the years 0001 to 9999.
///
/// Counted in days from 1970-01-01, so that days are compared and added like numbers.
package struct CalendarDay: Sendable, Hashable {
    /// Days since 1970-01-01.
    package let daysSinceEpoch: Int64

    /// The day so many days after 1970-01-01, held within the years 0001 to 9999.
    package init(daysSinceEpoch: Int64) {
        self.daysSinceEpoch = min(max(daysSinceEpoch, -719_162), 2_932_896)
    }

    /// The day that a moment lies in, in UTC.
    package init(of moment: Timestamp) {
        let perDay: Int64 = 86_400_000_000
        let days = moment.microseconds / perDay
        self.init(daysSinceEpoch: moment.microseconds % perDay < 0 ? days - 1 : days)
    }

    /// Reads `YYYY-MM-DD`; nil for any other text and for days that the calendar does not have.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Self.number(bytes[0..<4]), year >= 1, let month = Self.number(bytes[5..<7]),
            (1...12).contains(month), let day = Self.number(bytes[8..<10]), day >= 1,
            day <= CivilDate.daysInMonth(month, of: year)
        else { return nil }
        self.init(daysSinceEpoch: CivilDate(year: year, month: month, day: day).daysSinceEpoch)
    }

    /// `YYYY-MM-DD`.
    package var text: String {
        let date = CivilDate(daysSinceEpoch: daysSinceEpoch)
        return String(unsafeUninitializedCapacity: 10) { buffer in
            buffer[4] = UInt8(ascii: "-")
            buffer[7] = UInt8(ascii: "-")
            for (start, digits, value) in [(0, 4, date.year), (5, 2, date.month), (8, 2, date.day)] {
                var rest = value
                for index in stride(from: start + digits - 1, through: start, by: -1) {
                    buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
            }
            return 10
        }
    }

    /// The day so many days later.
    package func adding(days: Int64) -> CalendarDay {
        CalendarDay(daysSinceEpoch: daysSinceEpoch + days)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for byte in digits {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }
}

extension CalendarDay: Comparable {
    package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }
}

extension CalendarDay: CustomStringConvertible {
    package var description: String { text }
}
