import OpenSSL
import Synchronization
package import Time

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Identifiers that sort by the time they were made: UUID version 7 (RFC 9562, section 5.7).
///
/// Within a process each is greater than the one before, even when the clock goes back: the twelve bits after the
/// milliseconds count (section 6.2, method 1), and the remaining 62 bits are random.
package enum UUIDv7 {
    /// A new identifier. Safe from any thread.
    package static func generate() -> UUID {
        generate(at: Timestamp.now())
    }

    /// A new identifier for a moment, greater than all before it.
    static func generate(at time: Timestamp) -> UUID {
        let (milliseconds, count, random) = state.withLock { $0.next(at: UInt64(max(0, time.microseconds / 1_000))) }
        return UUID(
            uuid: (
                byte(milliseconds, 40), byte(milliseconds, 32), byte(milliseconds, 24), byte(milliseconds, 16),
                byte(milliseconds, 8), byte(milliseconds, 0),
                0x70 | byte(UInt64(count), 8), byte(UInt64(count), 0),
                0x80 | byte(random, 56) & 0x3F, byte(random, 48), byte(random, 40), byte(random, 32),
                byte(random, 24), byte(random, 16), byte(random, 8), byte(random, 0)
            )
        )
    }

    /// The moment, to the millisecond, that a version 7 identifier was made for; nil for other versions.
    package static func timestamp(of id: UUID) -> Timestamp? {
        let bytes = id.uuid
        guard bytes.6 >> 4 == 7, bytes.8 >> 6 == 2 else { return nil }
        let high = UInt64(bytes.0) << 40 | UInt64(bytes.1) << 32 | UInt64(bytes.2) << 24
        let low = UInt64(bytes.3) << 16 | UInt64(bytes.4) << 8 | UInt64(bytes.5)
        return Timestamp(microseconds: Int64(high | low) * 1_000)
    }

    private static func byte(_ value: UInt64, _ shift: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: value >> shift)
    }

    private static let state = Mutex(State())

    private struct State {
        var milliseconds: UInt64 = 0
        var count: UInt16 = 0
        var pool: [UInt8] = []

        mutating func next(at now: UInt64) -> (milliseconds: UInt64, count: UInt16, random: UInt64) {
            let random = takeRandom()
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
            return (milliseconds, count, random)
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
}
