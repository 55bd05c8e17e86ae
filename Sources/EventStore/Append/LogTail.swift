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
    /// Whether `newestOfType` covers everything since the tail before.
    var isObserved = false
    /// Requests whose outcome a lookup might not see yet, by what would make another one a repetition of them.
    var unsettledKeys: [IdempotencyKey.Name: PendingAppend] = [:]
    var unsettledIDs: [UUID: PendingAppend] = [:]
    /// The keys that may sign no more, by id.
    let retiredKeys: Set<String>
    /// How long the log was when it was asked, and before which moment nobody can have asked later.
    let loadedSize: Int64
    let loadedAt: ContinuousClock.Instant

    init(
        size: Int64,
        range: CompactRange,
        recordedAt: Timestamp,
        retiredKeys: Set<String>,
        loadedAt: ContinuousClock.Instant = .now
    ) {
        self.size = size
        self.loadedSize = size
        self.loadedAt = loadedAt
        self.range = range
        self.recordedAt = recordedAt
        self.knownFrom = size
        self.retiredKeys = retiredKeys
    }

    /// Takes over what an earlier tail knows of the past. Its own batches may not have been committed: of what it says
    /// about positions from `size` on, where nothing was confirmed, only the type is believed, so that a condition may
    /// fail without need, but not twice.
    mutating func remember(_ former: LogTail, below size: Int64) {
        guard isObserved else { return }
        newestOfType.merge(former.newestOfType.mapValues { min($0, size - 1) }) { max($0, $1) }
        knownFrom = min(knownFrom, former.knownFrom)
    }

    /// Whether somebody who saw `size` events before `moment` saw a longer log than there was afterwards: a log that is no
    /// more, as after a failover to a standby that lacked the last commits.
    func hasLost(_ size: Int64, seenBefore moment: ContinuousClock.Instant) -> Bool {
        moment < loadedAt && size > loadedSize
    }

    /// The version that the next event of a stream gets, of one that was looked up or is remembered.
    func nextVersion(of stream: String) throws(UnknownStream) -> Int64 {
        guard let next = nextVersions[stream] else { throw UnknownStream() }
        return next
    }

    /// Forgets requests that are answered: a lookup made from now on finds what became of them in the database.
    mutating func forgetSettled() {
        if !unsettledKeys.isEmpty { unsettledKeys = unsettledKeys.filter { $0.value.outcome == nil } }
        if !unsettledIDs.isEmpty { unsettledIDs = unsettledIDs.filter { $0.value.outcome == nil } }
    }
}

/// A batch was planned without knowing one of its streams: it is planned again, from the end of the log.
struct UnknownStream: Error {}

/// A log as it was known at one time.
struct KnownLog: Sendable {
    var size: Int64
    /// The root of its tree: a log of that size with another root has other events.
    var root: Hash
}

extension IdempotencyKey {
    /// The key without its request: what must be unique.
    struct Name: Hashable, Sendable {
        let scope: String
        let key: String
    }

    var name: Name { Name(scope: scope, key: key) }
}
