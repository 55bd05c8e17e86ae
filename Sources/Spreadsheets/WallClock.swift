import Foundation
import Time

/// Moments as spreadsheets count them: days since 1899-12-30 of the local time in a zone.
struct WallClock {
    private static let slot: Int64 = 900_000_000
    private static let perDay: Int64 = 86_400_000_000
    /// 1970-01-01 from 1899-12-30 on.
    private static let epoch: Int64 = 25_569
    /// 1900-03-01: before it, programs disagree about whether 1900 was a leap year.
    private static let firstDay: Int64 = 61

    private let zone: TimeZone
    /// What is known of quarters of an hour: a zone's offset changes only between two of them.
    private var slots = [(slot: Int64, offset: Int64)](repeating: (.min, 0), count: 1_024)

    init(_ zone: TimeZone) { self.zone = zone }

    /// The number of a day; nil if it is too early.
    static func serial(_ day: CalendarDay) -> Double? {
        let serial = day.daysSinceEpoch + epoch
        return serial >= firstDay ? Double(serial) : nil
    }

    /// The number of a moment to the millisecond; nil if it is too early.
    mutating func serial(_ moment: Timestamp) -> Double? {
        let local = moment.microseconds + offset(at: moment)
        let milliseconds = local / 1_000 + Self.epoch * 86_400_000
        guard milliseconds >= Self.firstDay * 86_400_000 else { return nil }
        return Double(milliseconds) / 86_400_000
    }

    /// Local time as text, for moments that have no number.
    mutating func text(_ moment: Timestamp) -> String {
        let local = Timestamp(microseconds: moment.microseconds + offset(at: moment)).rfc3339
        return String(local.prefix(19)).replacingOccurrences(of: "T", with: " ")
    }

    /// The zone's offset in microseconds.
    private mutating func offset(at moment: Timestamp) -> Int64 {
        let slot = Self.floor(moment.microseconds, Self.slot)
        let place = Int(slot & 1_023)
        if slots[place].slot == slot { return slots[place].offset }
        let offset = seek(moment.microseconds)
        // A zone whose offset changes within this quarter (there were such) is asked each time.
        if seek(slot * Self.slot) == seek((slot + 1) * Self.slot - 1) { slots[place] = (slot, offset) }
        return offset
    }

    private func seek(_ microseconds: Int64) -> Int64 {
        let date = Date(timeIntervalSince1970: Double(Self.floor(microseconds, 1_000_000)))
        return Int64(zone.secondsFromGMT(for: date)) * 1_000_000
    }

    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}
