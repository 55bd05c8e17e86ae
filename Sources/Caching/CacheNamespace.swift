/// Values of one kind, declared once: how long they may live and how large they may be.
package struct CacheNamespace: Sendable, Hashable {
    /// Lower-case letters, digits and `-`.
    package let name: String
    /// Grows with every change of what its values mean: those of another version are never read.
    package let version: Int
    /// The backstop: exactness does not rest on it.
    package let ttl: Duration
    /// How long it is remembered that there is nothing.
    package let negativeTTL: Duration
    /// How long past its time a value that still holds may be answered with while it is read anew; none by default.
    package let staleFor: Duration
    /// A longer value is answered with but not kept.
    package let maximumValueBytes: Int
    /// Whether replicas share the values through Redis, where there is one.
    package let isShared: Bool

    package init(
        _ name: String,
        version: Int = 1,
        ttl: Duration = .seconds(300),
        negativeTTL: Duration = .seconds(30),
        staleFor: Duration = .zero,
        maximumValueBytes: Int = 262_144,
        isShared: Bool = true
    ) {
        self.name = name
        self.version = version
        self.ttl = ttl
        self.negativeTTL = min(negativeTTL, ttl)
        self.staleFor = staleFor
        self.maximumValueBytes = maximumValueBytes
        self.isShared = isShared
    }
}
