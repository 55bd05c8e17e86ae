package import EventStore
import Events
import OpenSSL

extension BackupService {
    /// Copies a backup into another repository; a file that is there already, with the bytes that the manifest names, is
    /// not sent again. The plan's uploadBackupToCloud, which says where as the name of a repository.
    package func copy(
        _ id: String,
        to repository: String,
        by author: Author,
        progress: @escaping BackupProgress.Handler = { _ in }
    ) async throws -> Int64 {
        let (source, target) = try await ends(ofCopying: id, to: repository)
        do {
            return try await source.holding(id) {
                let reader = try await BackupReader(id, in: source, keys: nil, verifiers: store.keys.verifiers())
                // What it rests on, and what is there of it already, is removed by nobody until the log knows of the copy.
                return try await holding(reader.manifest.base?.backupID, in: target) {
                    try await target.holding(id) {
                        let bytes = try await send(reader, to: target, progress)
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
                }
            }
        } catch {
            let isCancelled = error is CancellationError || Task.isCancelled
            // In a task of its own: that it was stopped is recorded by what is not stopped with it.
            await Task {
                await self.recordFailure(ofCopying: id, source.name, target.name, error, isCancelled, author)
            }.value
            throw error
        }
    }

    /// Nobody need be waiting for the copy: the log says what became of it.
    private func recordFailure(
        ofCopying id: String,
        _ source: String,
        _ target: String,
        _ error: any Error,
        _ isCancelled: Bool,
        _ author: Author
    ) async {
        let reason = (error as? BackupError)?.message ?? (isCancelled ? "It was stopped." : "An error in the server.")
        do {
            try await append(
                Events.Backups.CopyFailed(
                    backupID: id,
                    fromRepository: source,
                    repository: target,
                    cancelled: isCancelled,
                    reason: String(reason.prefix(1_000))
                ),
                by: Author(id: author.id, correlationID: author.correlationID)
            )
        } catch {
            logger.error("a copy that failed was not recorded", metadata: ["backupId": "\(id)", "error": "\(error)"])
        }
    }

    /// From where, and to where.
    func ends(
        ofCopying id: String,
        to repository: String
    ) async throws -> (source: any BackupStorage, target: any BackupStorage) {
        let record = try await backup(id)
        let source = try storage(holding: record)
        let target = try self.repository(repository)
        guard source.name != target.name else {
            throw BackupError(.conflict, "The backup \(id) is in the repository \(repository) already.")
        }
        try await requireBase(record.baseID, of: id, in: target)
        return (source, target)
    }

    /// What a backup rests on has to be where it goes.
    private func requireBase(_ base: String?, of id: String, in target: any BackupStorage) async throws {
        guard let base else { return }
        let isThere = try await history.backups(id: base, limit: 1).first?.places.contains(target.name)
        guard isThere == true else {
            throw BackupError(.conflict, "The backup \(id) rests on \(base): copy that one first.")
        }
    }

    private func holding<R>(
        _ base: String?,
        in storage: any BackupStorage,
        _ body: () async throws -> R
    ) async throws -> R {
        guard let base else { return try await body() }
        return try await storage.holding(base, body)
    }

    /// What is there already is not sent again. Before the manifest is, each file was read in its new place.
    private func send(
        _ reader: BackupReader,
        to target: any BackupStorage,
        _ progress: BackupProgress.Handler
    ) async throws -> Int64 {
        let id = reader.manifest.backupID
        // Now that it is held.
        try await requireBase(reader.manifest.base?.backupID, of: id, in: target)
        let there = try await target.files(of: id)
        let files = reader.manifest.files
        let total = reader.manifest.bytes
        try await target.requireSpace(for: files.reduce(0) { $0 + (there[$1.name] == $1.bytes ? 0 : $1.bytes) })
        var sent: Int64 = 0
        for file in files {
            try Task.checkCancellation()
            // Of a copy that was broken off, or of what somebody else put there.
            var isThere = there[file.name] == file.bytes
            if isThere { isThere = try await isWhole(file, of: id, in: target) }
            if !isThere {
                try await target.put(try await reader.bytes(of: file), as: file.name, of: id)
                guard try await isWhole(file, of: id, in: target) else {
                    throw BackupError(.damaged, "The file \(file.name) did not arrive as a whole in \(target.name).")
                }
            }
            sent += file.bytes
            progress(BackupProgress(stage: "copying", done: sent, total: total))
        }
        try await target.put(reader.note, as: BackupManifest.fileName, of: id)
        try await target.lock(try await chain(of: id), days: nil, now: clock())
        return total + Int64(reader.note.count)
    }

    private func isWhole(
        _ file: BackupManifest.File,
        of id: String,
        in storage: any BackupStorage
    ) async throws -> Bool {
        do {
            let bytes = try await storage.get(file.name, of: id, limit: file.bytes)
            return SHA256.hash(bytes).hex == file.digest
        } catch let error as BackupError where error.kind == .damaged {
            return false
        }
    }

    /// The backup and what it rests on, the full one first, as far as the log knows.
    func chain(of id: String) async throws -> [String] {
        try await history.chain(of: id)
    }

    /// Refuses a backup whose files cannot be handed over, as far as its own manifest says.
    package func requireReadable(_ id: String) async throws {
        let storage = try storage(holding: try await backup(id))
        _ = try await BackupReader(id, in: storage, keys: nil, verifiers: store.keys.verifiers())
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
        try await storage.reading(id) { try await handOver(id, from: storage, by: author, body) }
    }

    private func handOver(
        _ id: String,
        from storage: any BackupStorage,
        by author: Author,
        _ body: (String, [UInt8]) async throws -> Void
    ) async throws {
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
