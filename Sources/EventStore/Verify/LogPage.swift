import MerkleLog
import Postgres

/// A stretch of the log with everything that is stored about it.
struct LogPage: Sendable {
    struct StoredCheckpoint: Sendable {
        var size: Int64
        var previousSize: Int64
        var root: [UInt8]
        var note: String
    }

    var first: Int64
    var below: Int64
    var rows: [PostgresRow] = []
    /// Those of sizes in `first + 1 ... below`.
    var checkpoints: [StoredCheckpoint] = []
    var nodes: [TileNode] = []

    static func read(_ pool: PostgresPool, from first: Int64, below: Int64) async throws -> LogPage {
        guard first < below else { return LogPage(first: first, below: below) }
        let statements: [SQL] = [
            """
            select \(unescaped: StoredRow.columns) from log.events
            where position >= \(first) and position < \(below) order by position
            """,
            """
            select size, previous_size, root, note from log.checkpoints
            where size > \(first) and size <= \(below) order by size
            """,
            "select level, index, hash from log.nodes_completed(\(first), \(below))",
        ]
        let results = try await pool.withConnection { try await $0.pipeline(statements) }
        return LogPage(
            first: first,
            below: below,
            rows: results[0],
            checkpoints: try results[1].map { row in
                let (size, previousSize, root, note) = try row.decode((Int64, Int64, [UInt8], String).self)
                return StoredCheckpoint(size: size, previousSize: previousSize, root: root, note: note)
            },
            nodes: try results[2].map { row in
                let (level, index) = try row.decode((Int16, Int64).self)
                return TileNode(level: Int(level), index: index, hash: try row.hash("hash"))
            }
        )
    }
}
