/// Where the keys of an identity provider come from.
package protocol KeySetSource: Sendable {
    /// How often to look without being asked.
    var interval: Duration { get }
    /// How long to wait between two looks that unknown keys give rise to, on average: see ``KeySearch``.
    var minimumInterval: Duration { get }

    /// The key set as it is now. Returns or throws within a bounded time, whatever the source does.
    func read() async throws(KeySetError) -> [UInt8]
}

/// What all sources share.
enum KeySetLimits {
    /// No key set is longer; one of a hundred keys has some 40 kB.
    static let maximumBytes = 1_048_576
}
