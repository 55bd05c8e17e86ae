/// A value with all that says whether it may be answered with. Never changes, so that a hit costs one reference.
package final class CachedValue: Sendable {
    /// The bytes; nil where it is known that there is nothing.
    package let bytes: [UInt8]?
    /// How many events of the log it was made from.
    package let size: Int64
    /// The places of its tags.
    let places: [UInt16]
    /// When it is over, in nanoseconds of the cache's clock.
    let expiresAt: Int64
    /// How long it took to make, in nanoseconds.
    let cost: Int64

    init(bytes: [UInt8]?, size: Int64, places: [UInt16], expiresAt: Int64, cost: Int64) {
        self.bytes = bytes
        self.size = size
        self.places = places
        self.expiresAt = expiresAt
        self.cost = cost
    }

    /// A value that depends on nothing and has no end.
    package convenience init(plain bytes: [UInt8]) {
        self.init(bytes: bytes, size: 0, places: [], expiresAt: .max, cost: 0)
    }

    /// What it takes in memory, beside its key.
    var weight: Int { (bytes?.count ?? 0) + places.count * 2 + 208 }
}
