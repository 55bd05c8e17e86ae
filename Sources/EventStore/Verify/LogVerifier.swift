import Events
import JSON
package import MerkleLog
package import Postgres

/// Re-hashes the log, payloads included, and holds it against every checkpoint that was signed.
///
/// Everything is recomputed from the stored documents; a stored hash is only ever compared. What a database superuser
/// can change is found: see docs/threat-model.md for what a checkpoint kept elsewhere adds.
package struct LogVerifier: Sendable {
    /// How far a verification is.
    package struct Progress: Sendable {
        /// Events checked so far.
        package var done: Int64
        /// Events to check.
        package var total: Int64
    }

    private let pool: PostgresPool
    private let pageSize: Int64 = 4_096

    /// A verifier of the log in a database.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Checks a range of positions; by default the whole log.
    ///
    /// - Parameters:
    ///   - trustedKeys: the log's keys as the caller knows them. Without any, the log's first key is believed.
    ///   - trustedCheckpoints: signed notes from before. Each must be of this log, and the log must still begin as it
    ///     says. They are what finds truncation and a tail that was forged and signed again.
    ///   - progress: called after each page, in order.
    package func verify(
        _ range: Range<Int64>? = nil,
        trustedKeys: [NoteVerifier] = [],
        trustedCheckpoints: [SignedNote] = [],
        progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws -> VerificationReport {
        let extent = try await LogExtent.read(pool)
        let first = min(range?.lowerBound ?? 0, extent.size)
        let below = min(range?.upperBound ?? extent.size, extent.size)
        guard first <= below else { return VerificationReport(range: below..<below) }
        var check = RangeCheck(
            first: first,
            below: below,
            tree: try await DatabaseNodes(pool: pool).compactRange(treeSize: first),
            keys: try await keys(before: first, trusted: trustedKeys)
        )
        check.previousCheckpoint = try await previousCheckpoint(first)
        check.expect(trustedCheckpoints, extent)
        var position = first
        var page = try await LogPage.read(pool, from: position, below: min(position + pageSize, below))
        while position < below {
            let current = page
            let next = current.below
            // The next page is on its way while this one is hashed.
            async let following = LogPage.read(pool, from: next, below: min(next + pageSize, below))
            check.check(current)
            page = try await following
            position = next
            progress(Progress(done: position - first, total: below - first))
        }
        check.finish(extent, isWhole: below == extent.size)
        return check.report
    }

    /// The keys in force at a position, from the events about keys before it.
    private func keys(before first: Int64, trusted: [NoteVerifier]) async throws -> KeyRing {
        var ring = KeyRing(trusted: trusted)
        guard first > 0 else { return ring }
        let types: Set<EventType> = [Log.KeyCreated.type, Log.KeyRetired.type]
        for event in try await LogReader(pool: pool).events(from: 0, below: first, types: types) {
            if let data = event.data { try ring.observe(event.type, data: JSONValue(parsing: data)) }
        }
        return ring
    }

    private func previousCheckpoint(_ first: Int64) async throws -> Int64? {
        try await pool.query("select max(size) from log.checkpoints where size <= \(first)")
            .first?.decode(Int64?.self) ?? 0
    }
}
