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
    /// - Parameter others: backups of this log; where one is of another history, nobody has said which one is meant.
    package func restore(
        into connection: PostgresConnection,
        known: [Checkpoint] = [],
        others: [OtherBackup] = [],
        now: Timestamp = .now(),
        progress: @escaping BackupProgress.Handler = { _ in }
    ) async throws -> Outcome {
        let rows = RestoreRows(chain, point, witnesses(known, others), progress)
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

    /// What the tree of the backup must have been on the way.
    private func witnesses(_ known: [Checkpoint], _ others: [OtherBackup]) -> [RestoreRows.Witness] {
        known.map { checkpoint in
            RestoreRows.Witness(
                checkpoint: checkpoint,
                complaint: BackupError(
                    .damaged,
                    "The backup is of another history than the checkpoint of \(checkpoint.size) events."
                )
            )
        }
            + others.map { other in
                RestoreRows.Witness(
                    checkpoint: other.checkpoint,
                    complaint: BackupError(
                        .conflict,
                        "There are backups of two histories of the log \(chain.origin): \(other.backupID) is not the "
                            + "beginning of \(chain.newest.manifest.backupID). Say which one is to be restored."
                    )
                )
            }
    }

    private static func heard(_ error: any Error) -> any Error {
        if let error = error as? LogCopyError { return BackupError(.damaged, error.message) }
        if let error = error as? PostgresError, error.sqlState == SQLState.objectNotInPrerequisiteState {
            return BackupError(.conflict, "There is a log in this database already; nothing was changed.")
        }
        if let error = error as? PostgresError, error.sqlState == SQLState.diskFull {
            return BackupError(.noSpace, "There is no space left where the database is.", detail: error.message)
        }
        return error
    }
}
