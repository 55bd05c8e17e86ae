import EventStore
import Events
import Time

extension BackupService {
    /// How long a backup that was begun may be held by nobody before it counts as left behind.
    private static let patience = Duration.seconds(900)

    /// Brings the log and what is in the repositories together again where a server ended between the two: what was made is
    /// recorded, what was recorded as removed is removed, and what came to nothing is recorded as failed.
    package func tidy() async {
        for storage in repositories where !Task.isCancelled {
            do { try await tidy(storage) } catch {
                logger.warning(
                    "a backup repository could not be compared with the log",
                    metadata: ["repository": "\(storage.name)", "error": "\(error)"]
                )
            }
        }
    }

    private func tidy(_ storage: any BackupStorage) async throws {
        let kept = Set(try await history.kept(in: storage.name).map(\.backupID))
        let stored = try await storage.backups()
        for backup in stored where backup.isFinished && !kept.contains(backup.backupID) {
            try await tidyFinished(backup.backupID, in: storage)
        }
        let finished = Set(stored.filter(\.isFinished).map(\.backupID))
        for id in try await history.running(in: storage.name, startedBefore: clock() - Self.patience)
        where !finished.contains(id) && running.progress(of: id) == nil {
            try await endUnfinished(id, in: storage)
        }
    }

    /// One that is whole, and of which the log says something else.
    private func tidyFinished(_ id: String, in storage: any BackupStorage) async throws {
        // Of what is not in this log it may be another log's, or come after the moment that this one was restored to.
        guard running.progress(of: id) == nil, try await history.backups(id: id, limit: 1).first != nil,
            let claim = try await storage.claim(id)
        else { return }
        try await claim.during {
            // Only now: nobody is at it any more.
            guard let record = try await history.backups(id: id, limit: 1).first,
                !record.places.contains(storage.name)
            else { return }
            if record.state == .running, record.repository == storage.name {
                try await recordFinished(record, in: storage)
            } else if try await history.wasRemoved(id, from: storage.name) {
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

    private func endUnfinished(_ id: String, in storage: any BackupStorage) async throws {
        guard let claim = try await storage.claim(id) else { return }
        try await claim.during {
            guard try await history.backups(id: id, limit: 1).first?.state == .running,
                try await storage.files(of: id)[BackupManifest.fileName] == nil
            else { return }
            try await storage.remove(id)
            try await append(
                Events.Backups.Failed(backupID: id, cancelled: false, reason: "It was never finished."),
                by: Author(id: EventStore.systemActor)
            )
        }
    }
}
