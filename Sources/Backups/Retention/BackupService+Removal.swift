package import EventStore
import Events
package import JSON
import Time

extension BackupService {
    /// Removes a backup from a repository, for good.
    ///
    /// - Parameter isDryRun: only asks whether it could go.
    /// - Throws: ``BackupError`` where there is none of that name, another backup rests on it, or it is in use.
    package func remove(
        _ id: String,
        from repository: String? = nil,
        reason: String? = nil,
        isDryRun: Bool = false,
        by author: Author
    ) async throws {
        let record = try await backup(id)
        let storage = try storage(holding: record, repository)
        try await remove(id, record.bytes, storage, .asked, reason, isDryRun: isDryRun, by: author)
    }

    /// What a rule would remove, or has removed.
    package struct Pruning: Sendable, Hashable {
        /// The backups, newest first.
        package var removed: [String] = []
        /// How long their files are.
        package var bytes: Int64 = 0
        /// Which ones could not be removed, because they are in use.
        package var inUse: [String] = []
        /// What was left of backups that were never finished.
        package var unfinished: [String] = []

        /// Nothing.
        package init() {}

        /// Writes it as the members of a JSON object.
        package func write(isDryRun: Bool, to json: inout JSONWriter) {
            json.member("dryRun", isDryRun)
            json.member("removed", removed)
            json.member("bytes", bytes)
            json.member("inUse", inUse)
            json.member("unfinished", unfinished)
        }
    }

    /// Removes what a rule does not keep, whoever made it. The plan's deleteOldBackups.
    ///
    /// - Parameter isDryRun: only says what would go.
    package func prune(
        _ retention: BackupRetention,
        in repository: String? = nil,
        isDryRun: Bool = false,
        by author: Author
    ) async throws -> Pruning {
        guard !retention.isEmpty else { throw BackupError(.invalid, "Say which backups are to be kept.") }
        try retention.check()
        return try await prune(in: self.repository(repository), isDryRun: isDryRun, by: author) { [clock] in
            retention.expired($0, now: clock())
        }
    }

    /// Removes what schedules made in a repository and their rules do not keep: each rule goes for its own schedule's alone.
    ///
    /// What somebody made, or a schedule that does not hold here any more, stays.
    func pruneScheduled(in repository: String, by author: Author) async throws -> Pruning {
        // One that rests was set in another log than this copy of it.
        let holding = try await schedules().filter { $0.repository == repository && !$0.rests }
        let rules = Dictionary(holding.compactMap { one in one.retention.map { (one.scheduleID, $0) } }) { $1 }
        return try await prune(in: self.repository(repository), isDryRun: false, by: author) { [clock] in
            BackupRetention.expired($0, by: rules, now: clock())
        }
    }

    private func prune(
        in storage: any BackupStorage,
        isDryRun: Bool,
        by author: Author,
        _ expired: @Sendable ([BackupRetention.Candidate]) -> [String]
    ) async throws -> Pruning {
        let kept = try await history.kept(in: storage.name)
        let known = Dictionary(kept.map { ($0.backupID, $0) }) { $1 }
        let candidates = kept.map {
            BackupRetention.Candidate(
                backupID: $0.backupID,
                baseID: $0.baseID,
                scheduleID: $0.scheduleID,
                createdAt: $0.startedAt,
                isSound: $0.isSound
            )
        }
        // What something rests on that is in use, and stays.
        var needed: Set<String> = []
        var pruning = Pruning()
        // Newest first, so that nothing goes before what rests on it.
        for id in expired(candidates) {
            guard let backup = known[id] else { continue }
            do {
                guard !needed.contains(id) else { throw BackupError(.conflict, "It is needed.") }
                if !isDryRun { try await remove(id, backup.bytes, storage, .retention, nil, by: author) }
                pruning.removed.append(id)
                pruning.bytes += backup.bytes
            } catch let error as BackupError where error.kind == .conflict {
                pruning.inUse.append(id)
                if let base = backup.baseID { needed.insert(base) }
            }
        }
        pruning.unfinished = try await sweep(storage, isDryRun: isDryRun, by: author)
        return pruning
    }

    /// Removes backups by age. The plan's deleteOldBackups(daysToKeep).
    package func deleteOldBackups(daysToKeep days: Int, by author: Author) async throws -> Pruning {
        try await prune(BackupRetention(days: days), by: author)
    }

    /// What servers left behind that ended in the middle: nobody has been at it for a day.
    private func sweep(_ storage: any BackupStorage, isDryRun: Bool, by author: Author) async throws -> [String] {
        var swept: [String] = []
        let restoredAt = try await store.reader.lastRestored()
        for stored in try await storage.backups()
        where !stored.isFinished && running.progress(of: stored.backupID) == nil {
            let record = try await history.backups(id: stored.backupID, limit: 1).first
            // What this log knows nothing of is another log's, or was made after the moment that this one was restored to.
            guard let record, record.startedPosition > restoredAt, clock() - record.startedAt >= .seconds(86_400) else {
                continue
            }
            // Finished here once: its manifest was taken away, and may be put back. `verify` says that it is damaged.
            guard !record.places.contains(storage.name) else { continue }
            guard !isDryRun else {
                swept.append(stored.backupID)
                continue
            }
            guard try await removeUnfinished(stored.backupID, from: storage) else { continue }
            swept.append(stored.backupID)
            if record.state == .running {
                try await append(
                    Events.Backups.Failed(
                        backupID: stored.backupID,
                        cancelled: false,
                        reason: "It was never finished."
                    ),
                    by: author
                )
            }
        }
        return swept
    }

    /// False where somebody makes or copies it, has finished it meanwhile, or where it is locked: it goes another day.
    private func removeUnfinished(_ id: String, from storage: any BackupStorage) async throws -> Bool {
        guard let claim = try await storage.claim(id) else { return false }
        return try await claim.during {
            guard try await storage.files(of: id)[BackupManifest.fileName] == nil else { return false }
            do { try await storage.remove(id) } catch let error as BackupError where error.kind == .conflict {
                return false
            }
            return true
        }
    }

    private func remove(
        _ id: String,
        _ bytes: Int64?,
        _ storage: any BackupStorage,
        _ cause: Events.Backups.Removed.Cause,
        _ reason: String?,
        isDryRun: Bool = false,
        by author: Author
    ) async throws {
        guard let claim = try await storage.claim(id) else {
            throw BackupError(.conflict, "The backup \(id) is in use, or locked. Try again later.")
        }
        try await claim.during {
            // Asked of the log only now: whoever makes or copies something that rests on it has held it until it was recorded.
            if let dependant = try await history.dependant(of: id, in: storage.name) {
                throw BackupError(.conflict, "The backup \(dependant) rests on \(id): remove that one first.")
            }
            guard !isDryRun else { return }
            // First the event: a backup that the log takes for removed and that is still there does no harm.
            try await append(
                Events.Backups.Removed(
                    backupID: id,
                    repository: storage.name,
                    cause: cause,
                    bytes: bytes,
                    reason: reason
                ),
                by: author
            )
            try await storage.remove(id)
        }
    }
}
