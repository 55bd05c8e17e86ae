package import Time

/// What a load made.
package struct LoadedValue: Sendable {
    /// The value; nil where there is nothing.
    package var bytes: [UInt8]?
    /// How many events of the log it takes into account: those that its read model held in the same snapshot.
    package var size: Int64
    /// The moment from which on it is right no more whatever the log says; nil where only the log decides. A moment and not
    /// a length, so that neither the load nor the way to Redis lengthens it.
    package var until: Timestamp?

    package init(_ bytes: [UInt8]?, size: Int64, until: Timestamp? = nil) {
        self.bytes = bytes
        self.size = size
        self.until = until
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
    /// Of which of the logs that this replica has followed it is: see ``InvalidationHorizon/epoch``.
    var epoch = 0
}
