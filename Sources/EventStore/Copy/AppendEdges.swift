import Postgres

/// The sizes of the log next to one that is wanted at which everything that was appended together is in it, or nothing of
/// it: as rows that were kept elsewhere tell. Recovery asks the log itself the same, by the same rules.
///
/// A transaction holds what several callers appended at that moment. Each append has one actor, one correlation and one
/// cause, and one idempotency key or none. Where all of them stay the same it cannot be told whether it still is the same
/// append, and it is taken to be.
package struct AppendEdges: Sendable {
    private struct Cause: Sendable, Hashable {
        var fields: [[UInt8]?]

        /// Actor, correlation and causation.
        init(_ row: BinaryCopyRow) { fields = [8, 9, 10].map { row.bytes($0).map { Array($0) } } }
    }

    private let size: Int64
    private var edges: Set<Int64> = []
    private var last: Cause?
    /// The positions of the transaction that the size ends with, or lies in; nil until it was found.
    package private(set) var batch: Range<Int64>?

    /// - Parameter size: the wanted size of the log.
    package init(of size: Int64) { self.size = size }

    /// Whether the size lies within a transaction that was found, so that its keys and rows have to be asked.
    package var isInside: Bool { batch.map { $0.lowerBound < size && size < $0.upperBound } ?? false }

    /// Looks for the transaction among checkpoints, which come in the order of their sizes.
    package mutating func find(in checkpoints: [UInt8]) throws {
        var reader = BinaryCopyReader()
        try reader.read(checkpoints) { row in
            let (end, start) = (try row.decode(0, as: Int64.self), try row.decode(1, as: Int64.self))
            guard start >= 0, start <= end else {
                throw LogCopyError(.malformed, end, "A checkpoint of \(end) events goes on from a larger one.")
            }
            if batch == nil, end >= size { batch = start..<end }
        }
    }

    /// Follows the idempotency keys of what the transaction holds; others say nothing.
    package mutating func add(idempotencyKeys: [UInt8]) throws {
        guard let batch else { return }
        var reader = BinaryCopyReader()
        try reader.read(idempotencyKeys) { row in
            guard try row.decode(5, as: Int64.self) == batch.upperBound else { return }
            let first = try row.decode(3, as: Int64.self)
            let count = Int64(try row.decode(4, as: Int32.self))
            guard count >= 0, first >= 0, first <= batch.upperBound - count else {
                throw LogCopyError(.malformed, first, "An idempotency key names events beyond those of its append.")
            }
            edges.formUnion([first, first + count])
        }
    }

    /// Follows the rows of the transaction, in order; others say nothing.
    package mutating func add(_ rows: RowCopy) throws {
        guard let batch else { return }
        var reader = BinaryCopyReader()
        try reader.read(rows.bytes) { row in
            let position = StoredRow(row: row).position
            guard batch.contains(position) else { return }
            let cause = Cause(row)
            if cause != last { edges.insert(position) }
            last = cause
        }
    }

    /// The last such size before the one that is wanted, and the first after it; nil where that is one itself.
    package var neighbours: (before: Int64, after: Int64)? {
        guard isInside, let batch, !edges.contains(size) else { return nil }
        return (
            edges.filter { $0 < size }.max() ?? batch.lowerBound,
            edges.filter { $0 > size }.min() ?? batch.upperBound
        )
    }
}
