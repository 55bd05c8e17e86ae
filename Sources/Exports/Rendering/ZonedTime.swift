import Foundation
import Time

/// Writes moments as RFC 3339 by the clock of a time zone.
struct ZonedTime {
    private static let length = 27
    private let zone: TimeZone?
    /// The offset that holds from one moment up to another, which is looked up again beyond.
    private var offset: Int64 = 0
    private var holds: Range<Int64> = 0..<0

    init(_ name: String) {
        zone = name == "UTC" ? nil : TimeZone(identifier: name)
    }

    /// Appends a moment: `2026-01-31T08:30:00.000000Z`, or with the offset of the zone.
    mutating func append(_ moment: Timestamp, to bytes: inout [UInt8]) {
        guard let zone else { return moment.appendRFC3339(to: &bytes) }
        if !holds.contains(moment.microseconds) { look(zone, moment) }
        let local = Timestamp(microseconds: moment.microseconds + offset * 1_000_000)
        local.appendRFC3339(to: &bytes)
        // The Z in the end gives way to the offset.
        bytes.removeLast()
        let minutes = Int(offset.magnitude / 60)
        func two(_ number: Int) -> [UInt8] { [UInt8(48 + number / 10), UInt8(48 + number % 10)] }
        bytes.append(UInt8(ascii: offset < 0 ? "-" : "+"))
        bytes += two(minutes / 60) + [UInt8(ascii: ":")] + two(minutes % 60)
    }

    private mutating func look(_ zone: TimeZone, _ moment: Timestamp) {
        let date = Date(timeIntervalSince1970: Double(moment.microseconds) / 1_000_000)
        offset = Int64(zone.secondsFromGMT(for: date))
        // Clocks change on whole quarters of hours.
        let quarter: Int64 = 900_000_000
        let start = moment.microseconds - (((moment.microseconds % quarter) + quarter) % quarter)
        holds = start..<(start + quarter)
    }
}
