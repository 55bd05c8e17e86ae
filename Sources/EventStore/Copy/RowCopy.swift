package import Events
package import JSON
package import MerkleLog
import Postgres
package import Time

/// A stretch of the log, byte for byte as PostgreSQL's binary COPY has its rows, and what hashing them tells.
///
/// Whoever has one knows that its rows are dense, and that the content of each has the leaf hash stored with it. Whether
/// the leaves are those of the log is for a signed root to say.
package struct RowCopy: Sendable {
    /// The positions, without a gap.
    package let range: Range<Int64>
    /// A whole COPY, from its signature to its trailer.
    package let bytes: [UInt8]
    /// The leaf hashes, in order.
    package let leaves: [Hash]
    /// How many events there are of each type.
    package let types: [EventType: Int64]
    /// When the first was recorded; nil if there is none.
    package let firstRecordedAt: Timestamp?
    /// When the last was recorded.
    package let lastRecordedAt: Timestamp?

    /// Checks rows that were kept elsewhere.
    ///
    /// - Throws: ``LogCopyError``, which names the first position that is wrong.
    package init(checking bytes: [UInt8], range: Range<Int64>) throws {
        var check = RowCheck(from: range.lowerBound)
        var reader = BinaryCopyReader()
        do {
            try reader.read(bytes) { try check.append(StoredRow(row: $0)) }
        } catch let error as PostgresError {
            throw LogCopyError(.malformed, check.next, "From position \(check.next) on these are no rows: \(error)")
        }
        guard reader.isComplete, check.next == range.upperBound else {
            throw LogCopyError(.missing, check.next, "The rows end before position \(check.next).")
        }
        self.init(check, bytes)
    }

    init(_ check: RowCheck, _ bytes: [UInt8]) {
        range = check.first..<check.next
        self.bytes = bytes
        leaves = check.leaves
        types = check.types
        firstRecordedAt = check.firstRecordedAt
        lastRecordedAt = check.lastRecordedAt
    }

    /// The rows below a position.
    package func cut(below end: Int64) throws -> RowCopy {
        guard end < range.upperBound else { return self }
        var check = RowCheck(from: range.lowerBound)
        var rows = BinaryCopyWriter(reservingCapacity: bytes.count)
        var reader = BinaryCopyReader()
        try reader.read(bytes) { row in
            guard check.next < end else { return }
            rows.append(row: row.whole)
            try check.append(StoredRow(row: row))
        }
        return RowCopy(check, rows.finish())
    }

    /// What events of some types say, from a position on.
    package func facts(of types: Set<EventType>, from position: Int64) throws -> [(type: EventType, data: JSONValue)] {
        guard types.contains(where: { self.types[$0] != nil }) else { return [] }
        var facts: [(type: EventType, data: JSONValue)] = []
        var reader = BinaryCopyReader()
        try reader.read(bytes) { row in
            let row = StoredRow(row: row)
            guard row.position >= position, let type = row.type, types.contains(type), let data = row.data else {
                return
            }
            facts.append((type, data))
        }
        return facts
    }

    /// The first position recorded after a moment; the end if none was.
    package func firstPosition(after moment: Timestamp) throws -> Int64 {
        guard let lastRecordedAt, lastRecordedAt > moment else { return range.upperBound }
        var found: Int64?
        var reader = BinaryCopyReader()
        try reader.read(bytes) { row in
            let row = StoredRow(row: row)
            if found == nil, row.moment > moment { found = row.position }
        }
        return found ?? range.upperBound
    }
}

/// What has been seen of rows as they come by.
struct RowCheck: Sendable {
    let first: Int64
    private(set) var next: Int64
    private(set) var leaves: [Hash] = []
    private(set) var firstRecordedAt: Timestamp?
    private(set) var lastRecordedAt: Timestamp?
    private(set) var types: [EventType: Int64] = [:]

    init(from first: Int64) {
        self.first = first
        next = first
    }

    mutating func append(_ row: StoredRow) throws(LogCopyError) {
        guard row.position == next else {
            throw LogCopyError(.missing, next, "Where the event at position \(next) belongs there is another, or none.")
        }
        guard let leaf = row.computedLeaf, leaf == row.leaf, row.isWellFormed else {
            throw LogCopyError(
                .altered,
                next,
                "The event at position \(next) is not what was recorded: its content does not have its leaf hash."
            )
        }
        leaves.append(leaf)
        if firstRecordedAt == nil { firstRecordedAt = row.moment }
        lastRecordedAt = row.moment
        types[row.type ?? "", default: 0] += 1
        next += 1
    }
}
