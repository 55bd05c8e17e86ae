package import EventStore
import Events

extension BackupService {
    /// Restores a backup into a database of its own, verifies it, makes its read models, holds them row by row against
    /// those that the log that runs gives at that position, records what was found, and drops the database.
    ///
    /// - Parameter id: the newest in the repository if nil.
    /// - Throws: what kept it from being tried, which is recorded too. What is wrong with the backup is in the report.
    package func rehearse(
        _ id: String? = nil,
        in repository: String? = nil,
        by author: Author,
        progress: @escaping BackupProgress.Handler = { _ in }
    ) async throws -> RehearsalReport {
        let (record, storage) = try await rehearsed(id, repository)
        guard running.begin(record.backupID) else { throw BackupError.somethingIsDone(with: record.backupID) }
        defer { running.end(record.backupID) }
        return try await rehearse(record, storage, by: author) { [running] now in
            running.update(record.backupID, now)
            progress(now)
        }
    }

    /// Begins a rehearsal, and returns which backup's: it goes on by itself.
    package func startRehearsal(_ id: String?, in repository: String? = nil, by author: Author) async throws -> String {
        let (record, storage) = try await rehearsed(id, repository)
        try goOn(with: record.backupID, "a rehearsal") { [self] progress in
            _ = try await rehearse(record, storage, by: author, progress)
        }
        return record.backupID
    }

    private func rehearsed(
        _ id: String?,
        _ repository: String?
    ) async throws -> (BackupRecord, any BackupStorage) {
        if let id {
            let record = try await backup(id)
            guard record.state == .completed else {
                throw BackupError(.conflict, "The backup \(id) was not finished.")
            }
            return (record, try storage(holding: record, repository))
        }
        let storage = try self.repository(repository)
        let newest = try await history.backups(in: storage.name, onlyPresent: true, limit: 1_000)
            .filter { $0.state == .completed }.max { $0.size < $1.size }
        guard let newest else {
            throw BackupError(.notFound, "There is no backup in the repository \(storage.name).")
        }
        return (newest, storage)
    }

    private func rehearse(
        _ record: BackupRecord,
        _ storage: any BackupStorage,
        by author: Author,
        _ progress: @escaping BackupProgress.Handler
    ) async throws -> RehearsalReport {
        let start = ContinuousClock.now
        var report = RehearsalReport(backupID: record.backupID, repository: storage.name)
        var failure: (any Error)?
        do {
            report = try await storage.holding(record.backupID) {
                try await tried(record, storage, report, progress)
            }
        } catch let error as BackupError where error.kind == .damaged || error.kind == .notFound {
            report.findings.append(error.message)
            report.isDamaged = true
        } catch {
            guard !(error is CancellationError), !Task.isCancelled, error as? BackupError != .rehearsalUnderWay else {
                throw error
            }
            // That it is not known whether the backup can be restored is for the log to say as well.
            let reason = (error as? BackupError)?.message ?? "An error in the server."
            report.findings.append("It could not be tried. \(reason)")
            failure = error
        }
        report.milliseconds = Int64((ContinuousClock.now - start) / .milliseconds(1))
        if report.isDamaged {
            try await recordDamage(of: record.backupID, in: storage.name, report.findings, .full, by: author)
        }
        try await append(Self.rehearsed(report), by: author)
        if let failure { throw failure }
        return report
    }

    // Made apart from what waits, for the optimizer's sake.
    @inline(never)
    private static func rehearsed(_ report: RehearsalReport) -> Events.Backups.Rehearsed {
        Events.Backups.Rehearsed(
            backupID: report.backupID,
            repository: report.repository,
            passed: report.passed,
            events: report.events,
            models: report.models,
            differences: report.differences,
            finding: report.findings.first.map { String($0.prefix(1_000)) },
            milliseconds: report.milliseconds
        )
    }

    private func tried(
        _ record: BackupRecord,
        _ storage: any BackupStorage,
        _ report: RehearsalReport,
        _ progress: @escaping BackupProgress.Handler
    ) async throws -> RehearsalReport {
        let verifiers = try store.keys.verifiers()
        let chain = try await BackupChain(record.backupID, in: storage, keys: keys, verifiers: verifiers)
        guard chain.newest.digest == record.manifestDigest else {
            throw BackupError(.damaged, "The manifest is not the one that the log says was made.")
        }
        let bytes = chain.links.reduce(0) { $0 + $1.manifest.rawBytes }
        if let limit = limits.rehearsal, bytes > limit {
            throw BackupError(
                .conflict,
                "The log is too large to be restored beside the one that runs: \(bytes) bytes, where "
                    + "DAYBOOK_BACKUP_REHEARSAL_BYTES allows \(limit)."
            )
        }
        // Before all of it is loaded: a restore has to be signed for.
        _ = try store.keys.keyID(among: try await chain.validKeys(at: .end))
        var report = report
        try await BackupRehearsal(
            chain: chain,
            store: store,
            live: pool,
            engine: engine,
            logger: logger,
            progress: progress
        ).run(&report)
        return report
    }
}
