/// Where the keys of an identity provider come from.
package protocol KeySetSource: Sendable {
    /// How often to look without being asked.
    var interval: Duration { get }
    /// How long to wait at least between two looks that unknown keys give rise to.
    var minimumInterval: Duration { get }

    /// The key set, if it has changed since the last time; nil if it has not.
    func read() async throws(KeySetError) -> [UInt8]?
}
