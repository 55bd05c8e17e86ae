import MerkleLog
import Postgres

/// A stretch of the log with everything that is stored about it, its rows hashed.
struct LogPage: Sendable {
    struct StoredCheckpoint: Sendable {
        var size: Int64
        var previousSize: Int64
        var root: [UInt8]
        var note: String
    }

    var first: Int64
    var below: Int64
    var events: HashedRows
    /// Those of sizes in `first + 1 ... below`.
    var checkpoints: [StoredCheckpoint] = []
    var nodes: [TileNode] = []

    /// A stretch of which nothing is stored.
    static func empty(_ range: Range<Int64>) -> LogPage {
        LogPage(first: range.lowerBound, below: range.upperBound, events: HashedRows(expecting: 0))
    }

    /// Whether there is neither an event nor a checkpoint.
    var isEmpty: Bool { events.rows.isEmpty && checkpoints.isEmpty }

    /// Reads and hashes a stretch, all of it as of one moment.
    ///
    /// Rows are hashed on the connection's own thread as they arrive, while PostgreSQL sends the next: they are never
    /// copied, and a page holds hashes alone.
    static func read(_ pool: PostgresPool, from first: Int64, below: Int64) async throws -> LogPage {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
            var page = LogPage(first: first, below: below, events: try await hash(connection, first, below))
            try await page.readTree(connection)
            return page
        }
    }

    private struct Reading: Sendable {
        var reader = BinaryCopyReader()
        var events: HashedRows

        mutating func read(_ message: UnsafeRawBufferPointer) throws {
            try reader.read(message) { events.append(StoredRow(row: $0)) }
        }
    }

    private static func hash(_ connection: PostgresConnection, _ first: Int64, _ below: Int64) async throws
        -> HashedRows
    {
        let text = """
            copy (select \(StoredRow.columns) from log.events
            where position >= \(first) and position < \(below) order by position) to stdout (format binary)
            """
        let start = Reading(events: HashedRows(expecting: Int(below - first)))
        let end = try await connection.copyOut(text, into: start) { reading, message in
            try reading.read(message)
        }
        guard end.reader.isComplete else { throw LogReadError(.malformed, "The copy of the log was cut short.") }
        return end.events
    }

    private mutating func readTree(_ connection: PostgresConnection) async throws {
        let results = try await connection.pipeline([
            """
            select size, previous_size, root, note from log.checkpoints
            where size > \(first) and size <= \(below) order by size
            """,
            "select level, index, hash from log.nodes_completed(\(first), \(below))",
        ])
        checkpoints = try results[0].map { row in
            let (size, previousSize, root, note) = try row.decode((Int64, Int64, [UInt8], String).self)
            return StoredCheckpoint(size: size, previousSize: previousSize, root: root, note: note)
        }
        nodes = try results[1].map { row in
            let (level, index) = try row.decode((Int16, Int64).self)
            return TileNode(level: Int(level), index: index, hash: try row.hash("hash"))
        }
    }
}
