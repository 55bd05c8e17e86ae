/// What a load made.
package struct LoadedValue: Sendable {
    /// The value; nil where there is nothing.
    package var bytes: [UInt8]?
    /// How many events of the log it takes into account: those that its read model held in the same snapshot.
    package var size: Int64
    /// How long it may live at most, where that is less than its namespace allows.
    package var ttl: Duration?

    package init(_ bytes: [UInt8]?, size: Int64, ttl: Duration? = nil) {
        self.bytes = bytes
        self.size = size
        self.ttl = ttl
    }
}

/// A value, and of what moment it is known to be right.
package struct CachedAnswer: Sendable {
    /// Where it came from.
    package enum Source: Sendable, Hashable { case local, shared, loaded }

    package var value: CachedValue
    /// Nothing that it depends on was changed by the first so many events, beyond what it takes into account.
    package var holdsAt: Int64
    package var source: Source
}
