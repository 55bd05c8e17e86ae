package import MerkleLog
package import Time

/// What is kept of a backup where all of a repository are looked at: little, however much its manifest says.
package struct BackupOutline: Sendable {
    /// The backup.
    package let backupID: String
    /// The log's name.
    package let origin: String
    /// Whether it holds all of the log.
    package let kind: BackupManifest.Kind
    /// The first position in it.
    package let from: Int64
    /// The size of the log with which it ends.
    package let size: Int64
    /// How long all files are.
    package let bytes: Int64
    /// When it was made.
    package let createdAt: Timestamp
    /// The SHA-256 of its manifest, in hexadecimal.
    package let digest: String
    /// How its key is locked; nil where it is not encrypted.
    package let lock: BackupLock?
    /// What it ends with.
    package let checkpoint: Checkpoint
    /// The backup made before it.
    package let previous: BackupManifest.Reference?

    init(_ reader: BackupReader) throws {
        let manifest = reader.manifest
        backupID = manifest.backupID
        origin = manifest.origin
        kind = manifest.kind
        from = manifest.from
        size = manifest.size
        bytes = manifest.bytes
        createdAt = manifest.createdAt
        digest = reader.digest
        lock = manifest.lock
        checkpoint = try reader.checkpoint()
        previous = manifest.previous
    }
}
