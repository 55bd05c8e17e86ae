import EventStore
import Events
import Logging
import Time

extension BackupService {
    /// How long a backup that was begun may be held by nobody before it counts as left behind.
    private static let patience = Duration.seconds(900)

    /// Brings the log and what is in the repositories together again where a server ended between the two: what was made is
    /// recorded, what was recorded as removed or failed is removed, and what came to nothing is recorded as failed. What a
    /// rehearsal left behind is dropped.
    ///
    /// A log that was restored from a backup removes nothing for what it decided before: it may be a copy beside the one
    /// that runs, with the same repositories.
    package func tidy() async {
        await onItsOwn("what rehearsals left behind could not be dropped", [:]) {
            try await ScratchDatabase(beside: pool.configuration, logger: logger).dropLeftovers()
        }
        for storage in repositories where !Task.isCancelled {
            await onItsOwn(
                "a backup repository could not be compared with the log",
                ["repository": "\(storage.name)"]
            ) { try await tidy(storage) }
        }
    }

    private func onItsOwn(
        _ complaint: String,
        _ metadata: Logger.Metadata,
        _ body: () async throws -> Void
    ) async {
        do { try await body() } catch {
            logger.warning("\(complaint)", metadata: metadata.merging(["error": "\(error)"]) { $1 })
        }
    }

    private func tidy(_ storage: any BackupStorage) async throws {
        let restoredAt = try await store.reader.lastRestored()
        let kept = Set(try await history.kept(in: storage.name).map(\.backupID))
        let stored = try await storage.backups()
        let finished = Set(stored.filter(\.isFinished).map(\.backupID))
        for id in finished.subtracting(kept).sorted() where !Task.isCancelled {
            await onItsOwn("a backup could not be compared with the log", ["backupId": "\(id)"]) {
                try await tidyFinished(id, in: storage, restoredAt)
            }
        }
        for id in try await history.running(in: storage.name, startedBefore: clock() - Self.patience)
        where !finished.contains(id) && running.progress(of: id) == nil {
            await onItsOwn("a backup that was left behind could not be ended", ["backupId": "\(id)"]) {
                try await endUnfinished(id, in: storage, restoredAt)
            }
        }
    }

    /// One that is whole, and of which the log says something else.
    private func tidyFinished(_ id: String, in storage: any BackupStorage, _ restoredAt: Int64) async throws {
        // Of what is not in this log it may be another log's, or come after the moment that this one was restored to.
        guard running.progress(of: id) == nil, try await history.backups(id: id, limit: 1).first != nil,
            let claim = try await storage.claim(id)
        else { return }
        try await claim.during {
            // Only now: nobody is at it any more.
            guard let record = try await history.backups(id: id, limit: 1).first,
                !record.places.contains(storage.name)
            else { return }
            let isHere = record.repository == storage.name
            if isHere, record.state == .running {
                try await recordFinished(record, in: storage)
            } else if isHere && record.state != .completed && record.startedPosition > restoredAt {
                try await storage.remove(id)
                logger.notice("a backup that had failed was there as a whole", metadata: ["backupId": "\(id)"])
            } else if try await history.wasRemoved(id, from: storage.name, after: restoredAt) {
                try await storage.remove(id)
                logger.notice("a backup that had been removed was still there", metadata: ["backupId": "\(id)"])
            }
        }
    }

    private func recordFinished(_ record: BackupRecord, in storage: any BackupStorage) async throws {
        let reader: BackupReader
        do {
            reader = try await BackupReader(record.backupID, in: storage, keys: nil, verifiers: store.keys.verifiers())
            let manifest = reader.manifest
            let arrived = try await storage.files(of: record.backupID)
            guard manifest.size == record.size, manifest.from == record.from,
                manifest.base?.backupID == record.baseID, manifest.files.allSatisfy({ arrived[$0.name] == $0.bytes })
            else { throw BackupError(.damaged, "It is not the backup that was begun.") }
        } catch let error as BackupError where error.kind == .damaged || error.kind == .notFound {
            logger.error(
                "a backup that the log does not know the end of is damaged",
                metadata: ["backupId": "\(record.backupID)", "error": "\(error)"]
            )
            return
        }
        let made = BackupWriter.Outcome(manifest: reader.manifest, digest: reader.digest)
        try await append(completed(made, .zero), by: Author(id: EventStore.systemActor))
    }

    private func endUnfinished(_ id: String, in storage: any BackupStorage, _ restoredAt: Int64) async throws {
        guard let claim = try await storage.claim(id) else { return }
        try await claim.during {
            guard let record = try await history.backups(id: id, limit: 1).first, record.state == .running,
                try await storage.files(of: id)[BackupManifest.fileName] == nil
            else { return }
            // First the event: where the bucket locks, what is left cannot be removed yet.
            try await append(
                Events.Backups.Failed(backupID: id, cancelled: false, reason: "It was never finished."),
                by: Author(id: EventStore.systemActor)
            )
            if record.startedPosition > restoredAt { try await storage.remove(id) }
        }
    }
}
