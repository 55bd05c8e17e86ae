package import EventStore
import Events

extension BackupService {
    /// Restores a backup into a database of its own, verifies it, makes its read models, holds them row by row against
    /// those that the log that runs gives at that position, records what was found, and drops the database.
    ///
    /// - Parameter id: the newest in the repository if nil.
    /// - Throws: ``BackupError`` where it could not be tried. What is wrong with the backup is in the report.
    package func rehearse(
        _ id: String? = nil,
        in repository: String? = nil,
        by author: Author,
        progress: @escaping BackupProgress.Handler = { _ in }
    ) async throws -> RehearsalReport {
        let (record, storage) = try await rehearsed(id, repository)
        running.begin(record.backupID)
        defer { running.end(record.backupID) }
        return try await rehearse(record, storage, by: author, progress)
    }

    /// Begins a rehearsal, and returns which backup's: it goes on by itself.
    package func startRehearsal(_ id: String?, in repository: String? = nil, by author: Author) async throws -> String {
        let (record, storage) = try await rehearsed(id, repository)
        guard running.progress(of: record.backupID) == nil else {
            throw BackupError(.conflict, "Something is done with the backup \(record.backupID) already.")
        }
        running.begin(record.backupID)
        let task = Task {
            do {
                _ = try await rehearse(record, storage, by: author) { _ in }
            } catch {
                logger.error("a rehearsal failed", metadata: ["backupId": "\(record.backupID)", "error": "\(error)"])
            }
            running.end(record.backupID)
        }
        running.attach(task, to: record.backupID)
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
        do {
            report = try await storage.holding(record.backupID) {
                try await tried(record, storage, report) { [running] now in
                    running.update(record.backupID, now)
                    progress(now)
                }
            }
        } catch let error as BackupError where error.kind == .damaged || error.kind == .notFound {
            report.findings.append(error.message)
        }
        report.milliseconds = Int64((ContinuousClock.now - start) / .milliseconds(1))
        try await append(
            Events.Backups.Rehearsed(
                backupID: report.backupID,
                repository: report.repository,
                passed: report.passed,
                events: report.events,
                models: report.models,
                differences: report.differences,
                finding: report.findings.first.map { String($0.prefix(1_000)) },
                milliseconds: report.milliseconds
            ),
            by: author
        )
        return report
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
