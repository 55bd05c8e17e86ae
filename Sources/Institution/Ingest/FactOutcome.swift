package import EventStore
import Foundation
import MerkleLog
import Postgres
package import Time

/// What became of a fact.
package enum FactOutcome: Sendable {
    /// It is in the log, now or from when it was sent before: the answer is the same.
    case recorded(RecordedFact)
    /// Nothing of it is kept, and nothing will be until it is sent otherwise.
    case refused(FactRefusal)
    /// The log could not take it just now. Sent again, it is recorded once.
    case failed(AppendError)
}

/// Where a fact is in the log.
package struct RecordedFact: Sendable, Hashable {
    /// Its event.
    package var event: Receipt.Event
    /// The size of the first signed checkpoint that covers it.
    package var checkpointSize: Int64
    /// When it was recorded.
    package var recordedAt: Timestamp

    init(event: Receipt.Event, of receipt: Receipt) {
        self.event = event
        checkpointSize = receipt.checkpointSize
        recordedAt = receipt.recordedAt
    }

    init(_ row: PostgresRow) throws {
        guard let leaf = Hash(try row.decode("leaf", as: [UInt8].self)) else {
            throw PostgresError(.decoding, "A leaf hash in the log does not have 32 bytes; run: daybook verify")
        }
        event = Receipt.Event(
            position: try row.decode("position", as: Int64.self),
            id: try row.decode("id", as: UUID.self),
            stream: try row.decode("stream", as: String.self),
            version: try row.decode("version", as: Int64.self),
            leaf: leaf
        )
        checkpointSize = try row.decode("checkpoint_size", as: Int64.self)
        recordedAt = try row.decode("recorded_at", as: Timestamp.self)
    }
}
