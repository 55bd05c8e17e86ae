package import MerkleLog
package import Postgres
package import Time

/// Fills an empty, migrated database with a log, in one transaction: it is there as a whole, or not at all.
///
/// Every row is hashed before it is stored, and the tree is made anew from the leaves.
package struct LogLoad: Sendable {
    static let checkpointColumns = "size, previous_size, root, note"
    static let idempotencyColumns = "scope, key, request_digest, first_position, event_count, checkpoint_size"

    /// What the log has when it is there.
    package struct Outcome: Sendable {
        /// How many events.
        package var size: Int64
        /// The root of its tree.
        package var root: Hash
        /// The signed checkpoint of all of it.
        package var note: String
        /// When the last event was recorded.
        package var lastRecordedAt: Timestamp?
        /// How many events were cleaned again of personal text, or of data, that the log says was taken out.
        package var cleaned: Int64
    }

    /// What is asked when the rows are there, before anything is kept.
    package struct Asked: Sendable {
        /// How many events.
        package var size: Int64
        /// The root of their tree.
        package var root: Hash
        /// The signed checkpoint of this size from the ledger, if there is one.
        package var note: String?
    }

    private let connection: PostgresConnection

    /// A load by a connection with the rights to migrate.
    package init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    /// Loads.
    ///
    /// - Parameters:
    ///   - next: the rows piece by piece, in order from position 0; nil at the end.
    ///   - nextLedger: the checkpoints and idempotency keys piece by piece; those beyond the rows are left out.
    ///   - sign: judges the tree, and gives the signed checkpoint that the log is to end with. What it throws ends the
    ///     load, and nothing is kept.
    /// - Throws: ``LogCopyError``; `PostgresError`; what `next` and `sign` throw.
    package func load(
        nextLedger: @Sendable () async throws -> LedgerCopy?,
        next: @Sendable () async throws -> RowCopy?,
        sign: @Sendable (Asked) throws -> String
    ) async throws -> Outcome {
        do {
            return try await connection.withTransaction { connection in
                try await Self.loadAll(connection, nextLedger, next, sign)
            }
        } catch let error as PostgresTransactionError {
            throw error.body ?? error
        }
    }

    private static func loadAll(
        _ connection: PostgresConnection,
        _ nextLedger: @Sendable () async throws -> LedgerCopy?,
        _ next: @Sendable () async throws -> RowCopy?,
        _ sign: @Sendable (Asked) throws -> String
    ) async throws -> Outcome {
        _ = try await connection.script(try LogSchema.text("restore/prepare.sql"))
        var tree = CompactRange()
        var nodes: [TileNode] = []
        var last: Timestamp?
        while let rows = try await next() {
            guard rows.range.lowerBound == tree.size else {
                throw LogCopyError(.missing, tree.size, "The rows do not go on at position \(tree.size).")
            }
            try await connection.copyIn(
                "copy log.events (\(StoredRow.columns)) from stdin (format binary)",
                rows.bytes
            )
            for leaf in rows.leaves { tree.append(leaf, completing: &nodes) }
            last = rows.lastRecordedAt ?? last
        }
        _ = try await connection.script(try LogSchema.text("restore/finish.sql"), deadline: .seconds(3_600))
        try await storeNodes(nodes, connection)
        let note = try await storeLedgers(nextLedger, tree, sign, connection)
        try await setHead(tree, last, connection)
        let cleaned = try await clean(tree.size, connection)
        try await RestoreMark.remember(tree.size, connection)
        return Outcome(size: tree.size, root: tree.root, note: note, lastRecordedAt: last, cleaned: cleaned)
    }

    private static func storeNodes(_ nodes: [TileNode], _ connection: PostgresConnection) async throws {
        var rows = BinaryCopyWriter(reservingCapacity: nodes.count * 60)
        for node in nodes {
            rows.startRow(fields: 3)
            rows.write(Int16(node.level))
            rows.write(node.index)
            node.hash.withUnsafeBytes { rows.write($0) }
        }
        try await connection.copyIn(
            "copy log.tree_nodes (level, index, hash) from stdin (format binary)",
            rows.finish()
        )
    }

    /// Returns the checkpoint that the log ends with.
    private static func storeLedgers(
        _ nextLedger: @Sendable () async throws -> LedgerCopy?,
        _ tree: CompactRange,
        _ sign: @Sendable (Asked) throws -> String,
        _ connection: PostgresConnection
    ) async throws -> String {
        while let ledger = try await nextLedger() {
            if !ledger.checkpoints.isEmpty {
                try await connection.copyIn(
                    "copy log.checkpoints (\(checkpointColumns)) from stdin (format binary)",
                    try cut(ledger.checkpoints, fields: 4) { try $0.decode(0, as: Int64.self) <= tree.size }
                )
            }
            if !ledger.idempotencyKeys.isEmpty {
                try await connection.copyIn(
                    "copy log.idempotency_keys (\(idempotencyColumns)) from stdin (format binary)",
                    // A request is there with all of its events, or not at all.
                    try cut(ledger.idempotencyKeys, fields: 6) {
                        try $0.decode(3, as: Int64.self) + Int64($0.decode(4, as: Int32.self)) <= tree.size
                    }
                )
            }
        }
        let rows = try await connection.query("select size, root, note from log.checkpoints order by size desc limit 1")
        let newest = try rows.first?.decode((Int64, [UInt8], String).self)
        let stored = newest?.0 == tree.size ? newest : nil
        let note = try sign(Asked(size: tree.size, root: tree.root, note: stored?.2))
        if stored == nil, tree.size > 0 {
            try await connection.execute(
                """
                insert into log.checkpoints (size, previous_size, root, note)
                values (\(tree.size), \(newest?.0 ?? 0), \(tree.root.bytes), \(note))
                """
            )
        }
        return note
    }

    private static func cut(
        _ bytes: [UInt8],
        fields: Int,
        _ isWanted: (BinaryCopyRow) throws -> Bool
    ) throws -> [UInt8] {
        var reader = BinaryCopyReader()
        var rows = BinaryCopyWriter(reservingCapacity: bytes.count)
        try reader.read(bytes) { row in
            guard row.fieldCount == fields else {
                throw LogCopyError(
                    .malformed,
                    0,
                    "Checkpoints or idempotency keys have other columns than they should."
                )
            }
            if try isWanted(row) { rows.append(row: row.whole) }
        }
        guard reader.isComplete else { throw LogCopyError(.malformed, 0, "The checkpoints end in the middle.") }
        return rows.finish()
    }

    private static func setHead(_ tree: CompactRange, _ last: Timestamp?, _ connection: PostgresConnection) async throws
    {
        guard let last else { return }
        try await connection.execute(
            """
            update log.head
            set size = \(tree.size), edge = \(tree.edge), recorded_at = \(last), inline_size = \(tree.size)
            """
        )
    }

    /// A backup from before an erasure has the text still: what the log says was erased or released is taken out again.
    private static func clean(_ size: Int64, _ connection: PostgresConnection) async throws -> Int64 {
        let rows = try await connection.query(
            "select log.erase_personal(0, \(size)) + log.release_payloads(0, \(size)) as cleaned",
            deadline: .seconds(3_600)
        )
        return try rows.first?.decode(Int64.self) ?? 0
    }
}
