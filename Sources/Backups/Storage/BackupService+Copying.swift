package import EventStore
import Events
import OpenSSL

extension BackupService {
    /// Copies a backup into another repository; a file that is there already is not sent again. The plan's
    /// uploadBackupToCloud, which says where as the name of a repository.
    package func copy(
        _ id: String,
        to repository: String,
        by author: Author,
        progress: @escaping BackupProgress.Handler = { _ in }
    ) async throws -> Int64 {
        let record = try await backup(id)
        let source = try storage(holding: record)
        let target = try self.repository(repository)
        guard source.name != target.name else {
            throw BackupError(.conflict, "The backup \(id) is in the repository \(repository) already.")
        }
        guard let hold = try await source.hold(id) else {
            throw BackupError(.conflict, "The backup \(id) is being removed.")
        }
        defer { hold.release() }
        let reader = try await BackupReader(id, in: source, keys: nil, verifiers: store.keys.verifiers())
        if let base = reader.manifest.base {
            let isThere = try await history.backups(id: base.backupID, limit: 1).first?.places.contains(target.name)
            guard isThere == true else {
                throw BackupError(.conflict, "The backup \(id) rests on \(base.backupID): copy that one first.")
            }
        }
        let there = try await target.files(of: id)
        let files = reader.manifest.files
        for (number, file) in files.enumerated() {
            try Task.checkCancellation()
            if there[file.name] != file.bytes {
                try await target.put(try await reader.bytes(of: file), as: file.name, of: id)
            }
            progress(BackupProgress(stage: "copying", done: Int64(number + 1), total: Int64(files.count)))
        }
        try await target.put(reader.note, as: BackupManifest.fileName, of: id)
        let bytes = reader.manifest.bytes + Int64(reader.note.count)
        try await append(
            Events.Backups.Copied(
                backupID: id,
                fromRepository: source.name,
                repository: target.name,
                bytes: bytes
            ),
            by: author
        )
        return bytes
    }

    /// Hands over the files of a backup, the manifest last. The plan's downloadBackup.
    ///
    /// - Parameter body: called with the name and the bytes of each.
    package func download(
        _ id: String,
        by author: Author,
        _ body: (String, [UInt8]) async throws -> Void
    ) async throws {
        let record = try await backup(id)
        let storage = try storage(holding: record)
        guard let hold = try await storage.hold(id) else {
            throw BackupError(.conflict, "The backup \(id) is being removed.")
        }
        defer { hold.release() }
        let reader = try await BackupReader(id, in: storage, keys: nil, verifiers: store.keys.verifiers())
        // Before the first byte: nobody is to have what the log does not know of.
        try await append(
            Events.Backups.Downloaded(
                backupID: id,
                repository: storage.name,
                bytes: reader.manifest.bytes + Int64(reader.note.count)
            ),
            by: author
        )
        for file in reader.manifest.files { try await body(file.name, try await reader.bytes(of: file)) }
        try await body(BackupManifest.fileName, reader.note)
    }
}
