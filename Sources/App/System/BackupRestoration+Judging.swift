import Backups
import EventStore
import Logging
import MerkleLog

extension BackupRestoration {
    /// A backup that can be restored, as far as that can be said before anything is touched.
    struct JudgedBackup: Sendable {
        var id: String
        var chain: BackupChain
        var keys: RestoreKeys
        var known: [Checkpoint]
        /// The other backups of the log, which must be of the same history; none where one was named.
        var others: [BackupRestorer.OtherBackup] = []
        /// Those that were left out, each with why.
        var leftOut: [String] = []
        /// What is said of backups that another was put in the place of.
        var replaced: [String] = []
    }

    /// A backup that was chosen by what it says of itself, which turned out not to be true.
    private struct LeftOut: Error {
        var reason: BackupError
    }

    /// Lends the backup that is wanted once everything about it was judged that can be before anything is touched.
    func judged<R: Sendable>(
        _ wish: Wish,
        _ store: KeyStore,
        _ body: (JudgedBackup) async throws -> R
    ) async throws -> R {
        let storage = try configuration.backups.storage(repository)
        let trusted = try RestoreKeys.known(store, named: wish.keysDirectory)
        if let id = wish.backupID {
            return try await storage.reading(id) {
                var backup = try await judge(id, wish, storage, trusted, store)
                backup.replaced = try await backup.chain.previous(in: storage).complaints
                return try await body(backup)
            }
        }
        let (outlines, unreadable) = try await storage.outlines(verifiers: trusted?.verifiers)
        var leftOut = unreadable
        var reason: BackupError?
        for outline in outlines.filter({ isAcceptable($0.lock) }).sorted(by: { $0.size > $1.size }) {
            let id = outline.backupID
            do {
                return try await storage.reading(id) {
                    var backup = try await judgeUnsigned(outline, wish, storage, trusted, store)
                    backup.leftOut = leftOut
                    // What only the keys in the backup can judge is read once more.
                    let signed =
                        trusted == nil
                        ? try await storage.outlines(verifiers: backup.keys.verifiers).outlines : outlines
                    backup.others = backup.chain.others(among: signed)
                    backup.replaced = PreviousBackups(among: signed).complaints
                    return try await body(backup)
                }
            } catch let error as LeftOut {
                reason = reason ?? error.reason
                leftOut.append("\(id): \(error.reason.message)")
                logger.warning(
                    "a backup is left out of account",
                    metadata: ["backupId": "\(id)", "error": "\(error.reason)"]
                )
            }
        }
        throw reason
            ?? BackupError(.notFound, "There is no finished backup in \(storage.place) that can be trusted.")
    }

    /// Where the keys are yet to come from the backup, what it says of itself is nobody's word: the next one may be good.
    private func judgeUnsigned(
        _ outline: BackupOutline,
        _ wish: Wish,
        _ storage: any BackupStorage,
        _ trusted: RestoreKeys?,
        _ store: KeyStore
    ) async throws -> JudgedBackup {
        let id = outline.backupID
        guard trusted == nil else { return try await judge(id, wish, storage, trusted, store) }
        do {
            try configuration.backups.keys().check(outline)
            return try await judge(id, wish, storage, trusted, store)
        } catch let error as BackupError where error.kind == .damaged || error.kind == .locked {
            throw LeftOut(reason: error)
        }
    }

    private func judge(
        _ id: String,
        _ wish: Wish,
        _ storage: any BackupStorage,
        _ trusted: RestoreKeys?,
        _ store: KeyStore
    ) async throws -> JudgedBackup {
        let chain = try await BackupChain(
            id,
            in: storage,
            keys: try configuration.backups.keys(),
            verifiers: trusted?.verifiers
        )
        if let link = chain.links.first(where: { !isAcceptable($0.manifest.lock) }) {
            throw BackupError(
                .conflict,
                "The backup \(link.manifest.backupID) is not encrypted, so that others than you could have written "
                    + "it; nothing was changed. If you made such backups, set DAYBOOK_BACKUP_PLAIN=on."
            )
        }
        let keys: RestoreKeys
        if let trusted { keys = trusted } else { keys = try await RestoreKeys(in: chain, for: store) }
        try BackupRestorer.check(chain, to: wish.point, verifiers: keys.verifiers)
        _ = try keys.signing.keyID(among: try await chain.validKeys(at: wish.point))
        try await chain.requireWholeAppends(at: wish.point)
        let known = try BackupRestorer.judge(wish.known, origin: chain.origin, keys.verifiers)
        return JudgedBackup(id: id, chain: chain, keys: keys, known: known)
    }

    private func isAcceptable(_ lock: BackupLock?) -> Bool {
        lock != nil || configuration.backups.allowsPlain
    }
}
