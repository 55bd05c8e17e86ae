/// A moment in UTC, to the microsecond.
///
/// Counted from 1970-01-01T00:00:00Z without leap seconds, as PostgreSQL does. Every value lies in the years 0001 to
/// 9999, so that every value has an RFC 3339 text; what lies outside is held at the nearer end.
package struct Timestamp: Sendable, Hashable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    package let microseconds: Int64

    /// 0001-01-01T00:00:00.000000Z.
    package static let earliest = Timestamp(uncheckedMicroseconds: -62_135_596_800_000_000)

    /// 9999-12-31T23:59:59.999999Z.
    package static let latest = Timestamp(uncheckedMicroseconds: 253_402_300_799_999_999)

    /// 1970-01-01T00:00:00.000000Z.
    package static let epoch = Timestamp(uncheckedMicroseconds: 0)

    /// The moment so many microseconds after the epoch, held within ``earliest`` and ``latest``.
    package init(microseconds: Int64) {
        self.microseconds = min(max(microseconds, Self.earliest.microseconds), Self.latest.microseconds)
    }

    private init(uncheckedMicroseconds: Int64) {
        self.microseconds = uncheckedMicroseconds
    }
}

extension Timestamp: Comparable {
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension Timestamp: CustomStringConvertible {
    package var description: String { rfc3339 }
}
