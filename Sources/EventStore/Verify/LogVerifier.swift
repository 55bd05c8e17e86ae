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
    private let pageSize: Int64

    /// A verifier of the log in a database.
    package init(pool: PostgresPool) {
        self.init(pool: pool, pageSize: LogPages.usualSize)
    }

    /// - Parameter pageSize: how many events are read at a time; the findings do not depend on it.
    init(pool: PostgresPool, pageSize: Int64) {
        self.pool = pool
        self.pageSize = pageSize
    }

    /// Checks a range of positions; by default the whole log.
    ///
    /// What lies before the range is believed: its stored hashes are where the tree begins, and its keys may sign.
    ///
    /// - Parameters:
    ///   - trustedKeys: the log's keys as the caller knows them. Without any, the log's first key is believed.
    ///   - trustedCheckpoints: checkpoints from before, which the caller has kept where nobody could change them. The
    ///     log must still begin as each says. They are what finds truncation and a tail that was forged and signed
    ///     again with the log's own key.
    ///   - removals: positions of which the caller knows, by what the log says after its end here, that their personal
    ///     text or their data was taken out: that it is gone is no finding.
    ///   - progress: called after each page, in order.
    package func verify(
        _ range: Range<Int64>? = nil,
        trustedKeys: [NoteVerifier] = [],
        trustedCheckpoints: [SignedNote] = [],
        removals: Set<Int64> = [],
        progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws -> VerificationReport {
        let extent = try await LogExtent.read(pool)
        let first = min(range?.lowerBound ?? 0, extent.size)
        let below = min(range?.upperBound ?? extent.size, extent.size)
        guard first <= below else { return VerificationReport(range: below..<below) }
        let start = try await storedTree(at: first)
        var check = RangeCheck(
            first: first,
            below: below,
            tree: start ?? CompactRange(),
            keys: try await keys(before: first, trusted: trustedKeys)
        )
        check.removals = removals
        if start == nil { check.startIsUnknown() }
        check.previousCheckpoint = try await previousCheckpoint(first)
        try await expect(trustedCheckpoints, in: &check, extent)
        // What the head claims beyond the end of the tables is missing as a whole.
        let end = max(first, min(below, extent.end))
        try await LogPages(pool: pool, range: first..<end, pageSize: pageSize).forEach { page in
            if check.isLost || check.isIncomplete, let stored = try await storedTree(at: page.first) {
                check.tree.offer(stored)
            }
            check.check(page)
            progress(Progress(done: page.below - first, total: below - first))
        }
        if end < below {
            check.check(.empty(end..<below))
            progress(Progress(done: below - first, total: below - first))
        }
        try await observeErasures(in: &check, from: below)
        check.finish(extent, isWhole: below == extent.size)
        return check.report
    }

    private var nodes: DatabaseNodes { DatabaseNodes(pool: pool) }

    // MARK: Trusted checkpoints

    /// Sets up the checkpoints from before: those in the range for the events to be held against, the rest are held
    /// against the stored hashes at once.
    private func expect(_ notes: [SignedNote], in check: inout RangeCheck, _ extent: LogExtent) async throws {
        let range = check.report.range
        var ahead: [Checkpoint] = []
        for checkpoint in try notes.map({ try Checkpoint(text: $0.text) }).sorted(by: { $0.size < $1.size }) {
            if checkpoint.size > extent.size {
                check.report.add(
                    VerificationFinding(
                        .truncated,
                        extent.size,
                        below: checkpoint.size,
                        "The log has \(extent.size) events, but a checkpoint of \(checkpoint.size) events was signed: "
                            + "the end was cut off from position \(extent.size) on."
                    )
                )
            } else if checkpoint.size > range.lowerBound, checkpoint.size <= range.upperBound {
                ahead.append(checkpoint)
            } else if try await storedTree(at: checkpoint.size)?.root != checkpoint.root {
                check.report.fork(at: checkpoint, after: check.trustedSize)
            } else if checkpoint.size <= range.lowerBound {
                check.trustedSize = checkpoint.size
            }
        }
        check.expect(ahead)
    }

    // MARK: Erasures

    private func observeErasures(in check: inout RangeCheck, from below: Int64) async throws {
        var position = below
        let types: Set<EventType> = [Log.PersonalErased.type, Logs.PayloadsReleased.type]
        while check.erasures.isOpen || check.releases.isOpen {
            // Events recorded since the verification began may explain what was erased or released since.
            let page = try await LogReader(pool: pool).events(from: position, types: types)
            guard let last = page.last else { break }
            for event in page where event.isIntact {
                if event.type == Log.PersonalErased.type {
                    check.erasures.observe(erasureOf: try event.decode(Log.PersonalErased.self).userID)
                } else if let data = event.data {
                    check.releases.observe(release: try JSONValue(parsing: data), at: event.position)
                }
            }
            position = last.position + 1
        }
        let range = check.report.range
        // By a statement of the program's own: a function of the database could be another one.
        let kept = SQL(unescaped: try LogSchema.text("kept-after-erasure.sql"), range.lowerBound, range.upperBound)
        for row in try await pool.query(kept, deadline: .seconds(300)) {
            let position = try row.decode(Int64.self)
            check.report.add(
                VerificationFinding(
                    .keptPersonal,
                    position,
                    "The event at position \(position) holds personal text that a later event says was erased."
                )
            )
        }
    }

    // MARK: The start

    /// The tree of the first `size` events by its stored hashes; nil where some are missing.
    private func storedTree(at size: Int64) async throws -> CompactRange? {
        do {
            return try await nodes.compactRange(treeSize: size)
        } catch is MerkleLogError {
            return nil
        }
    }

    /// The keys in force at a position, from the events about keys before it.
    private func keys(before first: Int64, trusted: [NoteVerifier]) async throws -> KeyRing {
        var ring = KeyRing(trusted: trusted)
        guard first > 0 else { return ring }
        let types: Set<EventType> = [Log.KeyCreated.type, Log.KeyRetired.type]
        for event in try await LogReader(pool: pool).events(from: 0, below: first, types: types) where event.isIntact {
            if let data = event.data { try ring.observe(event.type, data: JSONValue(parsing: data)) }
        }
        ring.acceptAnnounced()
        return ring
    }

    private func previousCheckpoint(_ first: Int64) async throws -> Int64? {
        try await pool.query("select max(size) from log.checkpoints where size <= \(first)")
            .first?.decode(Int64?.self) ?? 0
    }
}
