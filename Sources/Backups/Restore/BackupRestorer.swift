package import EventStore
package import Events
package import MerkleLog
package import Postgres
import Synchronization
package import Time

/// Makes a log of a backup, in a database without one.
package struct BackupRestorer: Sendable {
    private let chain: BackupChain
    private let point: RestorePoint
    private let keys: KeyStore

    /// What was restored.
    package struct Outcome: Sendable {
        /// What others can check.
        package var certificate: RestoreCertificate
        /// The certificate as a signed note.
        package var note: String
        /// What was taken out of the log after the point, by what its events say: it must not come back.
        package var removals: Removals
        /// The key that signs at that point; a later one that is in use is not known to the log that was made.
        package var keyID: String
    }

    /// What was erased or released after the point to which a log was restored.
    package struct Removals: Sendable {
        /// Whose personal text.
        package var erased: [String] = []
        /// Which payloads.
        package var released: [Logs.PayloadsReleased] = []
    }

    /// A restore.
    ///
    /// - Parameter keys: the log's own: what is restored has to be signed for, and goes on.
    /// - Throws: ``BackupError`` where the backup does not reach the point, or the keys are another log's.
    package init(_ chain: BackupChain, to point: RestorePoint, keys: KeyStore) throws {
        self.chain = chain
        self.point = point
        self.keys = keys
        try Self.check(chain, to: point, verifiers: keys.verifiers())
    }

    /// Refuses what a restore could not do, before anything is touched.
    ///
    /// - Throws: ``BackupError`` where the backup does not reach the point, or the keys are another log's.
    package static func check(_ chain: BackupChain, to point: RestorePoint, verifiers: [NoteVerifier]) throws {
        guard verifiers.contains(where: { $0.name == chain.origin }) else {
            throw BackupError(.conflict, "The keys that were given are not those of the log \(chain.origin).")
        }
        for link in chain.links { try link.judge(with: verifiers) }
        try point.check(chain)
    }

    /// Restores into a migrated, empty log. One transaction: it is there as a whole or not at all.
    ///
    /// - Parameter known: checkpoints of this log that were kept elsewhere; what was restored must be the beginning of what
    ///   they sign, as far as it goes, and they tell what is missing.
    package func restore(
        into connection: PostgresConnection,
        known: [Checkpoint] = [],
        now: Timestamp = .now(),
        progress: @escaping BackupProgress.Handler = { _ in }
    ) async throws -> Outcome {
        let rows = RestoreRows(chain, point, known: known, progress)
        let verifiers = try keys.verifiers()
        let checkpoint = try chain.newest.checkpoint()
        let ledgers = Mutex(chain.links.flatMap(\.ledgers)[...])
        let outcome: LogLoad.Outcome
        do {
            outcome = try await LogLoad(connection).load(
                nextLedger: { try await ledgers.withLock { $0.popFirst() }?() },
                next: { try await rows.next() },
                sign: { asked in
                    try rows.check(against: checkpoint)
                    let keyID = try keys.keyID(among: rows.validKeys)
                    if let note = asked.note, let stored = try? Checkpoint(judging: note, with: verifiers),
                        stored.origin == chain.origin, stored.size == asked.size, stored.root == asked.root
                    {
                        return note
                    }
                    return try keys.checkpoint(origin: chain.origin, size: asked.size, root: asked.root, by: keyID)
                }
            )
        } catch {
            await rows.cancel()
            throw Self.heard(error)
        }
        let certificate = RestoreCertificate(
            origin: chain.origin,
            size: outcome.size,
            root: outcome.root.base64,
            checkpoint: outcome.note,
            backupID: chain.newest.manifest.backupID,
            manifestDigest: chain.newest.digest,
            backupCheckpoint: chain.newest.manifest.checkpoint,
            backupSize: checkpoint.size,
            knownSize: known.map(\.size).max(),
            cleaned: outcome.cleaned,
            restoredAt: now
        )
        let keyID = try keys.keyID(among: rows.validKeys)
        return Outcome(
            certificate: certificate,
            note: try keys.signedNote(certificate.text, by: keyID),
            removals: rows.removals,
            keyID: keyID
        )
    }

    private static func heard(_ error: any Error) -> any Error {
        if let error = error as? LogCopyError { return BackupError(.damaged, error.message) }
        if let error = error as? PostgresError, error.sqlState == SQLState.objectNotInPrerequisiteState {
            return BackupError(.conflict, "There is a log in this database already; nothing was changed.")
        }
        return error
    }
}

/// The rows up to the point; what comes after it in the backup is read for the sake of its root.
private final class RestoreRows: Sendable {
    private struct State {
        var tree = CompactRange()
        var isBeyond = false
        var removals = BackupRestorer.Removals()
        var known: [Checkpoint]
        var validKeys: Set<String> = []
    }

    private let source: RowSource
    private let point: RestorePoint
    private let total: Int64
    private let progress: BackupProgress.Handler
    private let state: Mutex<State>

    init(_ chain: BackupChain, _ point: RestorePoint, known: [Checkpoint], _ progress: @escaping BackupProgress.Handler)
    {
        source = RowSource(chain.segments)
        self.point = point
        self.progress = progress
        total = chain.newest.manifest.size
        state = Mutex(State(known: known.sorted { $0.size < $1.size }))
    }

    func next() async throws -> RowCopy? {
        while let rows = try await source.next() {
            try add(rows)
            progress(BackupProgress(stage: "restoring", done: rows.range.upperBound, total: total))
            let end = state.withLock { $0.isBeyond } ? rows.range.lowerBound : try end(in: rows)
            if end < rows.range.upperBound {
                state.withLock { $0.isBeyond = true }
                try note(rows, from: end)
            }
            guard end > rows.range.lowerBound else { continue }
            let wanted = try rows.cut(below: end)
            try followKeys(wanted)
            return wanted
        }
        return nil
    }

    func cancel() async { await source.cancel() }

    /// The keys that may sign at the point.
    var validKeys: Set<String> { state.withLock { $0.validKeys } }

    private func followKeys(_ rows: RowCopy) throws {
        let types: Set<EventType> = [Log.KeyCreated.type, Log.KeyRetired.type]
        for fact in try rows.facts(of: types, from: rows.range.lowerBound) {
            if fact.type == Log.KeyCreated.type {
                let id = try Log.KeyCreated(data: fact.data, personal: nil).keyID
                _ = state.withLock { $0.validKeys.insert(id) }
            } else {
                let id = try Log.KeyRetired(data: fact.data, personal: nil).keyID
                _ = state.withLock { $0.validKeys.remove(id) }
            }
        }
    }

    var removals: BackupRestorer.Removals { state.withLock { $0.removals } }

    /// What comes after the point says what is to be in no log any more.
    private func note(_ rows: RowCopy, from position: Int64) throws {
        let types: Set<EventType> = [Log.PersonalErased.type, Logs.PayloadsReleased.type]
        for fact in try rows.facts(of: types, from: position) {
            if fact.type == Log.PersonalErased.type {
                let person = try Log.PersonalErased(data: fact.data, personal: nil).userID
                state.withLock { state in
                    if !state.removals.erased.contains(person) { state.removals.erased.append(person) }
                }
            } else {
                let release = try Logs.PayloadsReleased(data: fact.data, personal: nil)
                state.withLock { $0.removals.released.append(release) }
            }
        }
    }

    /// The tree of all that is in the backup must be the one that was signed.
    func check(against checkpoint: Checkpoint) throws {
        let tree = state.withLock { $0.tree }
        guard tree.size == checkpoint.size, tree.root == checkpoint.root else {
            throw BackupError(.damaged, "The events of the backup are not those that its checkpoint signs.")
        }
    }

    private func end(in rows: RowCopy) throws -> Int64 {
        switch point {
        case .end: rows.range.upperBound
        case .size(let size): min(size, rows.range.upperBound)
        case .moment(let moment): try rows.firstPosition(after: moment)
        }
    }

    private func add(_ rows: RowCopy) throws {
        try state.withLock { state in
            for leaf in rows.leaves {
                state.tree.append(leaf)
                while let known = state.known.first, known.size <= state.tree.size {
                    state.known.removeFirst()
                    guard known.size < state.tree.size || known.root == state.tree.root else {
                        throw BackupError(
                            .damaged,
                            "The backup is of another history than the checkpoint of \(known.size) events."
                        )
                    }
                }
            }
        }
    }
}
