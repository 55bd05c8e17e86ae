package import Foundation
package import MerkleLog
package import Time

/// The proof that an append was acknowledged: durable, signed and visible.
package struct Receipt: Sendable, Hashable {
    /// Where one of the request's events is in the log.
    package struct Event: Sendable, Hashable {
        /// Index in the log.
        package var position: Int64
        /// The event's id.
        package var id: UUID
        /// The stream it was appended to.
        package var stream: String
        /// Index in that stream.
        package var version: Int64
        /// RFC 6962 leaf hash.
        package var leaf: Hash

        /// Where an event is.
        package init(position: Int64, id: UUID, stream: String, version: Int64, leaf: Hash) {
            self.position = position
            self.id = id
            self.stream = stream
            self.version = version
            self.leaf = leaf
        }
    }

    /// The request's events, in the order asked for.
    package var events: [Event]
    /// The size of the first signed checkpoint that covers them all.
    package var checkpointSize: Int64
    /// When they were recorded.
    package var recordedAt: Timestamp
    /// True when the request had been recorded before, under the same event ids or idempotency key.
    package var isReplay: Bool
}
