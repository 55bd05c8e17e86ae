import Events
import Foundation
import MerkleLog
import Time

/// What the appender knows of the end of the log, including the batches that it has planned and not yet committed.
///
/// It is exact as of `size`: every batch is planned on it and claims `size` under the head lock, so a plan that rests
/// on anything but the true end of the log is never committed.
struct LogTail: Sendable {
    /// The next position.
    var size: Int64
    /// The Merkle tree over the first `size` events.
    var range: CompactRange
    /// When the newest event was recorded.
    var recordedAt: Timestamp
    /// Next version by stream, for the streams lately written to or looked up.
    var nextVersions = RecentCache<String, Int64>(capacity: 200_000)
    /// Position of the newest event by type, for events at or after `knownFrom`.
    var newestOfType: [EventType: Int64] = [:]
    /// From which position on all events have been seen here.
    var knownFrom: Int64
    /// Requests lately planned, by what would make another one a repetition of it.
    var recentKeys = RecentCache<IdempotencyKey.Name, PendingAppend>(capacity: 20_000)
    var recentIDs = RecentCache<UUID, PendingAppend>(capacity: 50_000)

    init(size: Int64, range: CompactRange, recordedAt: Timestamp) {
        self.size = size
        self.range = range
        self.recordedAt = recordedAt
        self.knownFrom = size
    }

    /// Takes note of an event that somebody else appended.
    mutating func observe(position: Int64, stream: String, version: Int64, type: EventType) {
        nextVersions[stream] = version + 1
        newestOfType[type] = position
    }
}

extension IdempotencyKey {
    /// The key without its request: what must be unique.
    struct Name: Hashable, Sendable {
        let scope: String
        let key: String
    }

    var name: Name { Name(scope: scope, key: key) }
}
