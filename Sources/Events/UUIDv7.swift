import Synchronization
package import Time

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Identifiers that sort by the time they were made: UUID version 7 (RFC 9562, section 5.7).
package enum UUIDv7 {
    private static let sequence = Mutex(UUIDv7Sequence())

    /// A new identifier, greater than every one that this process made before. Safe from any thread.
    package static func generate() -> UUID {
        let now = Timestamp.now()
        return sequence.withLock { $0.next(at: now) }
    }

    /// The moment, to the millisecond, that a version 7 identifier was made for; nil for other versions.
    package static func timestamp(of id: UUID) -> Timestamp? {
        let bytes = id.uuid
        guard bytes.6 >> 4 == 7, bytes.8 >> 6 == 2 else { return nil }
        let high = UInt64(bytes.0) << 40 | UInt64(bytes.1) << 32 | UInt64(bytes.2) << 24
        let low = UInt64(bytes.3) << 16 | UInt64(bytes.4) << 8 | UInt64(bytes.5)
        return Timestamp(microseconds: Int64(high | low) * 1_000)
    }
}
