package import EventStore
import Events
package import MerkleLog

extension BackupService {
    /// Reads a backup and all that it rests on, holds it against what was signed and, in full depth, against the log that is
    /// here, and records what was found. Nobody removes it meanwhile. The plan's verifyBackupIntegrity.
    package func verify(
        _ id: String,
        _ depth: BackupReport.Depth,
        in repository: String? = nil,
        by author: Author,
        progress: @escaping BackupProgress.Handler = { _ in }
    ) async throws -> BackupReport {
        let record = try await backup(id)
        let storage = try storage(holding: record, repository)
        let start = ContinuousClock.now
        let report = try await storage.reading(id) { try await examine(record, depth, storage, progress) }
        try await append(
            Events.Backups.Verified(
                backupID: id,
                repository: storage.name,
                depth: depth == .full ? .full : .quick,
                sound: report.isSound,
                findings: Int64(report.found.count),
                firstFinding: report.found.first.map { String($0.message.prefix(1_000)) },
                milliseconds: Int64((ContinuousClock.now - start) / .milliseconds(1))
            ),
            by: author
        )
        return report
    }

    private func examine(
        _ record: BackupRecord,
        _ depth: BackupReport.Depth,
        _ storage: any BackupStorage,
        _ progress: @escaping BackupProgress.Handler
    ) async throws -> BackupReport {
        let check = BackupCheck(storage: storage, keys: keys, verifiers: try store.keys.verifiers(), live: store)
        var report: BackupReport
        do {
            report = try await check.check(record.backupID, depth, progress)
        } catch let error as BackupError where error.kind == .notFound {
            report = BackupReport(backupID: record.backupID, depth: depth)
            report.findings.append(.init(backupID: record.backupID, message: error.message))
        }
        if report.isSound { try await compareWithHistory(record, storage, &report) }
        if report.isSound { report.others = try await lost(from: storage) }
        return report
    }

    /// A manifest with a good signature may still be an older one that was put in the place of the one that was made.
    private func compareWithHistory(
        _ record: BackupRecord,
        _ storage: any BackupStorage,
        _ report: inout BackupReport
    ) async throws {
        let reader = try await BackupReader(record.backupID, in: storage, keys: nil, verifiers: nil)
        if let digest = record.manifestDigest, digest != reader.digest {
            report.add(
                reader.manifest,
                BackupManifest.fileName,
                nil,
                "The manifest is not the one that the log says was made."
            )
        }
    }

    /// What the log says was made and is not there any more.
    private func lost(from storage: any BackupStorage) async throws -> [BackupReport.Finding] {
        // The log is asked before and after: what is finished comes into the log after it is there, and is taken out of it before
        // it is removed.
        let before = try await history.kept(in: storage.name)
        let present = Set(try await storage.backups().filter(\.isFinished).map(\.backupID))
        let after = Set(try await history.kept(in: storage.name).map(\.backupID))
        return before.filter { !present.contains($0.backupID) && after.contains($0.backupID) }.map { known in
            BackupReport.Finding(
                backupID: known.backupID,
                message: "The backup \(known.backupID), which the log says was made, is not in the repository: "
                    + "it was set back, or something was removed from it."
            )
        }
    }
}

extension BackupService {
    /// Reads a backup and all that it rests on where there is no log, or none that is to be asked.
    ///
    /// - Parameter verifiers: the log's keys; nil to take the manifest's word, which its own digests then hold to.
    package static func verify(
        _ id: String,
        _ depth: BackupReport.Depth,
        in storage: any BackupStorage,
        keys: BackupKeys,
        verifiers: [NoteVerifier]?,
        progress: @escaping BackupProgress.Handler = { _ in }
    ) async throws -> BackupReport {
        try await BackupCheck(storage: storage, keys: keys, verifiers: verifiers).check(id, depth, progress)
    }
}
