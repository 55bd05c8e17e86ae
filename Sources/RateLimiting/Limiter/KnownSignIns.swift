package import Addresses
import Synchronization

/// Which tokens were good lately from which address, as far as a table of fixed size remembers.
///
/// Whoever signed in from an address before is not held up there by the failures of others at it. A token that was not
/// good is never here, so that nobody learns by it whether one is. Entries are 64 bits of the process's own keyed hash.
package final class KnownSignIns: Sendable {
    private static let slots = 16_384
    private let table: [Slot]

    private final class Slot: Sendable {
        let hash = Atomic<UInt64>(0)
    }

    /// An empty table.
    package init() {
        table = (0..<Self.slots).map { _ in Slot() }
    }

    /// Whether the token was good from there.
    package func contains(_ token: String, from address: IPAddress?) -> Bool {
        let hash = Self.hash(token, address)
        return table[Int(hash % UInt64(Self.slots))].hash.load(ordering: .relaxed) == hash
    }

    /// Remembers it, in place of another if need be.
    package func insert(_ token: String, from address: IPAddress?) {
        let hash = Self.hash(token, address)
        let slot = table[Int(hash % UInt64(Self.slots))]
        if slot.hash.load(ordering: .relaxed) != hash { slot.hash.store(hash, ordering: .relaxed) }
    }

    /// Forgets it: it is good no more.
    package func remove(_ token: String, from address: IPAddress?) {
        let hash = Self.hash(token, address)
        _ = table[Int(hash % UInt64(Self.slots))].hash.compareExchange(expected: hash, desired: 0, ordering: .relaxed)
    }

    private static func hash(_ token: String, _ address: IPAddress?) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(token)
        hasher.combine(address?.site)
        return UInt64(bitPattern: Int64(hasher.finalize())) | 1
    }
}
