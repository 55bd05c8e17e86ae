import MerkleLog
import Time

/// A batch that is decided, hashed and encoded: what one transaction will write, and what its callers will hear.
struct BatchPlan: Sendable {
    /// A request that becomes events.
    struct Accepted: Sendable {
        var pending: PendingAppend
        var receipt: Receipt
    }

    /// The size of the log that the plan rests on.
    var expectedSize: Int64
    /// The tree of that log: which events they are, not only how many.
    var expectedEdge: [UInt8] = []
    /// The size after it.
    var newSize: Int64
    var accepted: [Accepted] = []
    /// Requests that are answered without an event, once the batches planned before this one are committed.
    var answered: [(pending: PendingAppend, outcome: Result<Receipt, AppendError>)] = []
    /// Requests that repeat another one in flight and get its answer.
    var followers: [(pending: PendingAppend, leader: PendingAppend)] = []
    /// The rows, in PostgreSQL's binary COPY format.
    var rows: [UInt8] = []
    /// Idempotency keys first used here, as they are recorded.
    var keys: [(key: IdempotencyKey, first: Int64, count: Int)] = []
    /// Positions of events that an inline projection must apply, by the projection's index.
    var inline: [Int: ClosedRange<Int64>] = [:]
    /// The new tree.
    var edge: [UInt8] = []
    var root: Hash?
    var completedNodes: [UInt8] = []
    var note = ""
    var recordedAt: Timestamp
    /// The size after the last event that an inline projection handles, 0 when there is none.
    var inlineSize: Int64 = 0

    var eventCount: Int { Int(newSize - expectedSize) }

    /// Requests for which no plan could be made.
    var unplanned: [PendingAppend] = []

    /// All requests in the batch, to be planned again when it fails.
    var pending: [PendingAppend] {
        accepted.map(\.pending) + answered.map(\.pending) + followers.map(\.pending) + unplanned
    }
}

extension BatchPlan {
    /// What stands for a batch that could not be planned.
    init(unplanned: [PendingAppend]) {
        self.init(expectedSize: 0, newSize: 0, recordedAt: Timestamp(microseconds: 0))
        self.unplanned = unplanned
    }
}
