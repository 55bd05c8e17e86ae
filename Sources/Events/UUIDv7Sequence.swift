import OpenSSL
import Time

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Version 7 identifiers each greater than the one before, even when the clock goes back.
///
/// The twelve bits after the milliseconds count (RFC 9562, section 6.2, method 1) and the remaining 62 are random. Where
/// more than fit are asked for within a millisecond, the sequence runs ahead of the clock.
struct UUIDv7Sequence {
    private var milliseconds: UInt64 = 0
    private var count: UInt16 = 0
    private var pool: [UInt8] = []

    init() {}

    mutating func next(at time: Timestamp) -> UUID {
        let now = UInt64(max(0, time.microseconds / 1_000))
        if now > milliseconds {
            milliseconds = now
            // The counter's upper bit begins at zero, so that there is room to count within the millisecond.
            count = UInt16(truncatingIfNeeded: takeRandom()) & 0x07FF
        } else if count < 0x0FFF {
            count += 1
        } else {
            milliseconds += 1
            count = 0
        }
        return Self.identifier(milliseconds, UInt64(count), takeRandom())
    }

    private static func identifier(_ milliseconds: UInt64, _ count: UInt64, _ random: UInt64) -> UUID {
        func byte(_ value: UInt64, _ shift: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: value >> shift) }
        return UUID(
            uuid: (
                byte(milliseconds, 40), byte(milliseconds, 32), byte(milliseconds, 24), byte(milliseconds, 16),
                byte(milliseconds, 8), byte(milliseconds, 0),
                0x70 | byte(count, 8), byte(count, 0),
                0x80 | byte(random, 56) & 0x3F, byte(random, 48), byte(random, 40), byte(random, 32),
                byte(random, 24), byte(random, 16), byte(random, 8), byte(random, 0)
            )
        )
    }

    /// Eight random bytes. They are drawn by the kilobyte, for each draw has a cost of its own.
    private mutating func takeRandom() -> UInt64 {
        if pool.count < 8 {
            // Where OpenSSL has none left to give, the system's generator is what it would have seeded itself from.
            pool = (try? SecureRandom.bytes(1_024)) ?? (0..<1_024).map { _ in UInt8.random(in: 0...255) }
        }
        var value: UInt64 = 0
        for byte in pool.suffix(8) { value = value << 8 | UInt64(byte) }
        pool.removeLast(8)
        return value
    }
}
