package import EventStore
package import MerkleLog
import OpenSSL

/// Reads one backup, and believes nothing that it has not checked.
package struct BackupReader: Sendable {
    /// What it holds.
    package let manifest: BackupManifest
    /// The SHA-256 of the manifest, in hexadecimal.
    package let digest: String
    /// The manifest as it is stored: a signed note.
    package let note: [UInt8]
    private let storage: any BackupStorage
    private let cipher: AES256GCM?

    /// Opens a backup.
    ///
    /// - Parameters:
    ///   - keys: for one that is encrypted; nil to look at the manifest alone.
    ///   - verifiers: the log's keys; nil where they are not known yet, and the manifest is judged later.
    package init(
        _ backupID: String,
        in storage: any BackupStorage,
        keys: BackupKeys?,
        verifiers: [NoteVerifier]?
    ) async throws {
        note = try await storage.manifestNote(of: backupID)
        self.storage = storage
        digest = SHA256.hash(note).hex
        manifest = try BackupManifest(note: note, verifiers: verifiers)
        guard manifest.backupID == backupID else {
            throw BackupError(.damaged, "The manifest in \(backupID) is that of \(manifest.backupID).")
        }
        if let verifiers { try Self.judgeCheckpoint(of: manifest, verifiers) }
        cipher = try manifest.lock.flatMap { lock in try keys?.open(lock, backupID: backupID) }
    }

    /// Judges, with the log's keys, a backup that was opened before they were known.
    func judge(with verifiers: [NoteVerifier]) throws {
        _ = try BackupManifest(note: note, verifiers: verifiers)
        try Self.judgeCheckpoint(of: manifest, verifiers)
    }

    private static func judgeCheckpoint(of manifest: BackupManifest, _ verifiers: [NoteVerifier]) throws {
        let checkpoint: Checkpoint
        do { checkpoint = try Checkpoint(judging: manifest.checkpoint, with: verifiers) } catch {
            throw BackupError(
                .damaged,
                "The checkpoint in the manifest of \(manifest.backupID) is not signed by a key of the log: \(error)"
            )
        }
        guard checkpoint.origin == manifest.origin, checkpoint.size == manifest.size else {
            throw BackupError(
                .damaged,
                "The checkpoint in the manifest of \(manifest.backupID) is of another log, or another size."
            )
        }
    }

    /// The checkpoint that the backup ends with.
    package func checkpoint() throws -> Checkpoint {
        do { return try Checkpoint(text: try SignedNote(parsing: manifest.checkpoint).text) } catch {
            throw BackupError(.damaged, "The manifest has a checkpoint that is none.")
        }
    }

    /// The bytes of a file, which are those that the manifest names.
    package func bytes(of file: BackupManifest.File) async throws -> [UInt8] {
        let bytes = try await storage.get(file.name, of: manifest.backupID, limit: file.bytes)
        guard Int64(bytes.count) == file.bytes, SHA256.hash(bytes).hex == file.digest else {
            throw BackupError(
                .damaged,
                "The file \(file.name) of the backup \(manifest.backupID) is not the one that the manifest names."
            )
        }
        return bytes
    }

    /// What is in a file.
    package func content(of file: BackupManifest.File) async throws -> [UInt8] {
        guard manifest.lock == nil || cipher != nil else {
            throw BackupError(.locked, "The backup \(manifest.backupID) is encrypted: its key is needed.")
        }
        return try SegmentFile.decode(
            try await bytes(of: file),
            name: file.name,
            backupID: manifest.backupID,
            length: Int(clamping: file.rawBytes),
            cipher
        )
    }

    /// The rows in a file of events, hashed.
    package func rows(of segment: BackupManifest.Segment) async throws -> RowCopy {
        let content = try await content(of: segment.file)
        do { return try RowCopy(checking: content, range: segment.range) } catch let error as LogCopyError {
            throw BackupError(.damaged, "In the file \(segment.file.name) of \(manifest.backupID): \(error)")
        }
    }

    /// The files of checkpoints and of idempotency keys, each read when it is called for.
    var ledgers: [@Sendable () async throws -> LedgerCopy] {
        var ledgers: [@Sendable () async throws -> LedgerCopy] = []
        for file in manifest.checkpoints {
            ledgers.append { LedgerCopy(checkpoints: try await content(of: file), idempotencyKeys: []) }
        }
        for file in manifest.idempotencyKeys {
            ledgers.append { LedgerCopy(checkpoints: [], idempotencyKeys: try await content(of: file)) }
        }
        return ledgers
    }

    /// Which files are there, and how long.
    func stored() async throws -> [String: Int64] { try await storage.files(of: manifest.backupID) }
}

extension BackupStorage {
    /// The manifest of a backup as it is stored.
    ///
    /// - Throws: ``BackupError``: not found where there is none.
    fileprivate func manifestNote(of backupID: String) async throws -> [UInt8] {
        guard BackupID.isValid(backupID) else {
            throw BackupError(.notFound, "There is no backup of that name in the repository \(name).")
        }
        do {
            return try await get(BackupManifest.fileName, of: backupID, limit: Int64(BackupManifest.lengthLimit))
        } catch let error as BackupError where error.kind == .damaged {
            throw BackupError(.notFound, "The backup \(backupID) was not finished.", detail: error.detail)
        }
    }

    /// The SHA-256 of the manifest of a backup, whatever it says, in hexadecimal.
    func manifestDigest(of backupID: String) async throws -> String {
        SHA256.hash(try await manifestNote(of: backupID)).hex
    }
}
