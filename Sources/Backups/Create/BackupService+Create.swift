package import EventStore
import Events
import MerkleLog
import Time

extension BackupService {
    private struct Begun: Sendable {
        var id: String
        var order: BackupWriter.Order
        var storage: any BackupStorage
        /// The log as it stood when it was begun.
        var snapshot: LogSnapshot
        /// Keeps what it rests on from being removed meanwhile.
        var holds: [BackupHold]
        var keepDays: Int?

        /// Gives up what is held for it.
        func release() async {
            await snapshot.close()
            for hold in holds { await hold.release() }
        }
    }

    /// The request was made before, with the same key: this is the backup that it began.
    private struct BegunBefore: Error {
        var id: String
    }

    /// Makes a full backup. The plan's createFullBackup.
    package func createFullBackup(description: String? = nil, by author: Author) async throws -> MadeBackup {
        try await create(BackupOrder(.full, summary: description), by: author)
    }

    /// Makes a backup of what came since the newest one, or since the one named. The plan's createIncrementalBackup.
    package func createIncrementalBackup(since baseID: String? = nil, by author: Author) async throws -> MadeBackup {
        try await create(BackupOrder(.incremental, baseID: baseID), by: author)
    }

    /// Makes a backup, and returns when it is whole.
    ///
    /// Cancelled, it leaves nothing in the repository, and an event that says so.
    package func create(
        _ order: BackupOrder,
        by author: Author,
        progress: @escaping BackupProgress.Handler = { _ in }
    ) async throws -> MadeBackup {
        let begun: Begun
        do { begun = try await begin(order, by: author) } catch let before as BegunBefore {
            throw BackupError(.conflict, "The backup \(before.id) was begun by the same request.")
        }
        _ = running.begin(begun.id)
        defer { running.end(begun.id) }
        return try await carryOut(begun, by: author) { [running] now in
            running.update(begun.id, now)
            progress(now)
        }
    }

    /// Begins a backup, and returns its id: it goes on by itself. A request that comes again begins nothing, and has the
    /// id of the backup that it began the first time.
    package func start(_ order: BackupOrder, by author: Author) async throws -> String {
        let begun: Begun
        do { begun = try await begin(order, by: author) } catch let before as BegunBefore { return before.id }
        let author = Author(id: author.id, correlationID: author.correlationID)
        try goOn(with: begun.id, "a backup") { [self] progress in _ = try await carryOut(begun, by: author, progress) }
        return begun.id
    }

    private func begin(_ order: BackupOrder, by author: Author) async throws -> Begun {
        // Whatever has changed since then.
        if let receipt = try await earlier(author) { throw BegunBefore(id: try await begun(as: receipt)) }
        let storage = try repository(order.repository)
        guard !keys.secrets.isEmpty || allowsPlain else {
            throw BackupError(
                .conflict,
                "There is no key for backups: set DAYBOOK_BACKUP_KEY_FILE or DAYBOOK_BACKUP_PASSPHRASE_FILE, or "
                    + "DAYBOOK_BACKUP_PLAIN=on if they need not be encrypted."
            )
        }
        try await requireSpace(for: order.kind, in: storage)
        let snapshot = try await store.openSnapshot()
        var holds: [BackupHold] = []
        do {
            return try await begin(order, storage, snapshot, &holds, by: author)
        } catch {
            await snapshot.close()
            for hold in holds { await hold.release() }
            throw error
        }
    }

    private func begin(
        _ order: BackupOrder,
        _ storage: any BackupStorage,
        _ snapshot: LogSnapshot,
        _ holds: inout [BackupHold],
        by author: Author
    ) async throws -> Begun {
        guard let note = snapshot.note else {
            throw BackupError(.conflict, "The log is empty: there is nothing to back up.")
        }
        let checkpoint: Checkpoint
        do { checkpoint = try Checkpoint(judging: note, with: store.keys.verifiers()) } catch {
            throw BackupError(
                .damaged,
                "The log's checkpoint is not signed by one of its keys: no backup is made of it. Run: daybook verify"
            )
        }
        let id = BackupID.make(clock())
        let base = order.kind == .full ? nil : try await base(order.baseID, in: storage, &holds)
        guard base?.size ?? 0 <= checkpoint.size else {
            throw BackupError(.conflict, "A newer backup was made meanwhile. Try again.")
        }
        let previous = try await history.previous()
        let write = Self.write(id, order, checkpoint, note, base, previous)
        let receipt = try await append(Self.started(write, order, storage), by: author)
        if receipt.isReplay { throw BegunBefore(id: try await begun(as: receipt)) }
        return Begun(
            id: id,
            order: write,
            storage: storage,
            snapshot: snapshot,
            holds: holds,
            keepDays: order.keepDays
        )
    }

    // Made apart from what waits, for the optimizer's sake.
    @inline(never)
    private static func started(
        _ write: BackupWriter.Order,
        _ order: BackupOrder,
        _ storage: any BackupStorage
    ) -> Events.Backups.Started {
        Events.Backups.Started(
            backupID: write.backupID,
            kind: order.kind == .full ? .full : .incremental,
            repository: storage.name,
            baseID: write.base?.backupID,
            fromPosition: write.from,
            size: write.checkpoint.size,
            scheduleID: order.scheduleID,
            description: order.summary
        )
    }

    @inline(never)
    private static func write(
        _ id: String,
        _ order: BackupOrder,
        _ checkpoint: Checkpoint,
        _ note: String,
        _ base: BackupRecord?,
        _ previous: BackupManifest.Reference?
    ) -> BackupWriter.Order {
        BackupWriter.Order(
            backupID: id,
            kind: order.kind,
            from: base?.size ?? 0,
            checkpoint: checkpoint,
            note: note,
            base: base.map { BackupManifest.Reference(backupID: $0.backupID, digest: $0.manifestDigest ?? "") },
            previous: previous,
            summary: order.summary,
            escrowsKeys: order.escrowsKeys
        )
    }

    private func begun(as receipt: Receipt) async throws -> String {
        guard let position = receipt.events.first?.position, let event = try await store.reader.event(at: position)
        else { throw BackupError(.notFound, "What the request was answered with is not in the log.") }
        return try event.decode(Events.Backups.Started.self).backupID
    }

    /// The backup to go on from, held, and known to be the one that the log says was made.
    private func base(
        _ id: String?,
        in storage: any BackupStorage,
        _ holds: inout [BackupHold]
    ) async throws -> BackupRecord {
        let record = try await backup(try await soundBase(id, in: storage.name))
        guard try await history.chain(of: record.backupID).count < limits.chain else {
            throw BackupError(
                .conflict,
                "The backup \(record.backupID) is the last of \(limits.chain) in a row. Make a full backup."
            )
        }
        guard let hold = try await storage.hold(record.backupID) else {
            throw BackupError(.conflict, "The backup \(record.backupID) is being removed.")
        }
        holds.append(hold)
        do { try await check(record, in: storage) } catch let error as BackupError
            where error.kind == .damaged || error.kind == .notFound
        {
            // Not only said to whoever asked: what was made before is of no use any more.
            try await recordDamage(
                of: record.backupID,
                in: storage.name,
                [error.message],
                .quick,
                by: Author(id: EventStore.systemActor)
            )
            throw error
        }
        return record
    }

    /// The one named, or the newest, of which nothing is known to be damaged in the repository, nor of what it rests on.
    private func soundBase(_ id: String?, in repository: String) async throws -> String {
        if let id { _ = try await backup(id) }
        let known = try await history.kept(in: repository, id: id, onlySound: id == nil, limit: 1).first
        if let known, known.isSound { return known.backupID }
        if let known {
            throw BackupError(
                .conflict,
                "The backup \(known.backupID) in the repository \(repository), or what it rests on, is damaged or may be. "
                    + "Make a full backup, or verify it again, and what it rests on."
            )
        }
        if let id { throw BackupError(.conflict, "The backup \(id) is not in the repository \(repository).") }
        let isEmpty = try await history.kept(in: repository, limit: 1).isEmpty
        throw BackupError(
            .conflict,
            isEmpty
                ? "There is no backup in the repository \(repository) to go on from: make a full one first."
                : "All backups in the repository \(repository) are damaged, or may be: make a full one."
        )
    }

    private func check(_ record: BackupRecord, in storage: any BackupStorage) async throws {
        let reader = try await BackupReader(record.backupID, in: storage, keys: nil, verifiers: store.keys.verifiers())
        guard reader.digest == record.manifestDigest else {
            throw BackupError(
                .damaged,
                "The backup \(record.backupID) in the repository \(storage.name) is not the one that was made: "
                    + "the repository was changed. Make a full backup."
            )
        }
    }

    private func carryOut(
        _ begun: Begun,
        by author: Author,
        _ progress: @escaping BackupProgress.Handler
    ) async throws -> MadeBackup {
        do {
            let made = try await write(begun, by: author, progress)
            await begun.release()
            return made
        } catch {
            await begun.release()
            throw error
        }
    }

    private func write(
        _ begun: Begun,
        by author: Author,
        _ progress: @escaping BackupProgress.Handler
    ) async throws -> MadeBackup {
        // Once begun, its events are its own: the key of the request was used for the first.
        let author = Author(id: author.id, correlationID: author.correlationID)
        let start = ContinuousClock.now
        let writer = BackupWriter(
            store: store,
            snapshot: begun.snapshot,
            storage: begun.storage,
            keys: keys,
            productVersion: productVersion,
            ledgerStretch: limits.ledgerStretch
        )
        var isWhole = false
        do {
            // Held by whoever makes it until the log knows of it: nobody takes it for one that was left behind.
            return try await begun.storage.holding(begun.id) {
                let outcome = try await unlessStopped(begun.id) { [self] () async throws -> BackupWriter.Outcome in
                    let createdAt = try await lastMoment(of: begun.order.checkpoint.size)
                    return try await writer.write(begun.order, createdAt: createdAt, progress)
                }
                // From here on it is whole, whether or not the log can say so.
                isWhole = true
                return try await record(outcome, begun, ContinuousClock.now - start, by: author)
            }
        } catch {
            guard !isWhole else { throw error }
            let isCancelled = error is CancellationError || Task.isCancelled
            // In a task of its own: the cleaning up is not cancelled with what it cleans up after.
            await Task { await self.fail(begun, error, isCancelled, author) }.value
            throw isCancelled ? CancellationError() : error
        }
    }

    /// The last moment of which the first events of the log, so many, say everything.
    ///
    /// A clock would not do: an event is stamped before it is committed, and by a server whose clock may be another. But times
    /// never go back along positions, and another event is there, at least that the backup was begun: what is recorded at
    /// its time or later may be missing, what was recorded before it is not.
    private func lastMoment(of size: Int64) async throws -> Timestamp {
        guard let next = try await store.reader.event(at: size) else {
            throw BackupError(.inaccessible, "The log does not have what was recorded in it a moment ago.")
        }
        return Timestamp(microseconds: next.header.recordedAt.microseconds - 1)
    }

    private func record(
        _ outcome: BackupWriter.Outcome,
        _ begun: Begun,
        _ duration: Duration,
        by author: Author
    ) async throws -> MadeBackup {
        try await append(completed(outcome, duration), by: author)
        try await begun.storage.lock(try await chain(of: begun.id), days: begun.keepDays, now: clock())
        return MadeBackup(
            manifest: outcome.manifest,
            digest: outcome.digest,
            repository: begun.storage.name,
            duration: duration
        )
    }

    func completed(_ outcome: BackupWriter.Outcome, _ duration: Duration) -> Events.Backups.Completed {
        let manifest = outcome.manifest
        return Events.Backups.Completed(
            backupID: manifest.backupID,
            fromPosition: manifest.from,
            size: manifest.size,
            events: manifest.events,
            segments: Int64(manifest.segments.count),
            bytes: manifest.bytes,
            rawBytes: manifest.rawBytes,
            manifestDigest: outcome.digest,
            encrypted: manifest.lock != nil,
            keyID: manifest.lock?.keyID,
            milliseconds: Int64(duration / .milliseconds(1))
        )
    }

    private func fail(_ begun: Begun, _ error: any Error, _ isCancelled: Bool, _ author: Author) async {
        try? await begun.storage.remove(begun.id)
        let reason = (error as? BackupError)?.message ?? (isCancelled ? "It was stopped." : "An error in the server.")
        if !(error is BackupError), !isCancelled {
            logger.error("a backup failed", metadata: ["backupId": "\(begun.id)", "error": "\(error)"])
        }
        _ = try? await append(
            Events.Backups.Failed(backupID: begun.id, cancelled: isCancelled, reason: String(reason.prefix(1_000))),
            by: author
        )
    }
}
