package import MerkleLog
import Postgres

/// Checkpoints and proofs for those who do not trust the server.
///
/// Where the database does not answer its `PostgresError` is thrown, and an error of ``MerkleLog`` where what is stored is no
/// tree or no note, as after somebody has tampered with it.
package struct LogProver: Sendable {
    private let pool: PostgresPool
    private var nodes: DatabaseNodes { DatabaseNodes(pool: pool) }

    init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The newest signed checkpoint, as a signed note; nil for an empty log.
    package func newestCheckpoint() async throws -> String? {
        try await note("select note from log.checkpoints order by size desc limit 1")
    }

    /// The smallest signed checkpoint of at least `size` events; nil beyond the end.
    package func checkpoint(covering size: Int64) async throws -> String? {
        try await note("select note from log.checkpoint_covering(\(size))")
    }

    /// The tree of the first `size` events, by the hashes that are stored.
    package func tree(of size: Int64) async throws -> CompactRange {
        try await DatabaseNodes(pool: pool).compactRange(treeSize: size)
    }

    /// Everything that a third party needs to check one event offline (C2SP tlog-proof): the path from its leaf to
    /// the root of a signed checkpoint. By default that of the newest checkpoint; `treeSize` must be the size of one.
    ///
    /// - Throws: ``LogReadError``: `.notFound` where there is no such checkpoint, or none yet; `.beyondEnd` where it does not
    ///   cover the position.
    package func proof(of position: Int64, treeSize: Int64? = nil) async throws -> TlogProof {
        let note: String? =
            if let treeSize {
                try await self.note("select note from log.checkpoints where size = \(treeSize)")
            } else {
                try await newestCheckpoint()
            }
        guard let note else {
            throw LogReadError(
                .notFound,
                treeSize.map { "The log has no checkpoint of size \($0)." } ?? "The log is empty: nothing to prove."
            )
        }
        let signed = try SignedNote(parsing: note)
        let size = try Checkpoint(text: signed.text).size
        guard position >= 0, position < size else {
            throw LogReadError(.beyondEnd(size: size), "The checkpoint covers \(size) events, up to \(size - 1).")
        }
        return TlogProof(
            inclusion: try await nodes.inclusionProof(of: position, treeSize: size),
            checkpoint: signed
        )
    }

    /// The proof that the log of `newSize` events begins with the log of `oldSize` events.
    ///
    /// - Throws: `LogReadError(.beyondEnd)` unless 0 ≤ `oldSize` ≤ `newSize` ≤ the size of the log.
    package func consistency(from oldSize: Int64, to newSize: Int64) async throws -> ConsistencyProof {
        let head = try await pool.query("select size from log.head").first?.decode(Int64.self) ?? 0
        guard oldSize >= 0, oldSize <= newSize, newSize <= head else {
            throw LogReadError(.beyondEnd(size: head), "Sizes must be 0 ≤ from ≤ to ≤ \(head), the size of the log.")
        }
        return try await nodes.consistencyProof(from: oldSize, to: newSize)
    }

    /// The root hash of the first `size` events.
    package func root(size: Int64) async throws -> Hash {
        try await nodes.root(treeSize: size)
    }

    private func note(_ sql: SQL) async throws -> String? {
        try await pool.query(sql).first?.decode(String.self)
    }
}
