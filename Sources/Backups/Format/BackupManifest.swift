package import Events
import JSON
import MerkleLog
import OpenSSL
package import Time

/// What a backup holds, signed with the log's key: the format "daybook backup 1" of docs/backups.md.
package struct BackupManifest: Sendable, Hashable {
    /// Whether it holds all of the log, or what came since another.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case full, incremental
    }

    /// Another backup, by what nobody can give another one.
    package struct Reference: Sendable, Hashable {
        /// Its id.
        package var backupID: String
        /// The SHA-256 of its manifest, in hexadecimal.
        package var digest: String
    }

    /// One file.
    package struct File: Sendable, Hashable {
        /// Its name.
        package var name: String
        /// The SHA-256 of its bytes, in hexadecimal.
        package var digest: String
        /// Its length.
        package var bytes: Int64
        /// The length of what it holds.
        package var rawBytes: Int64
    }

    /// A file of events.
    package struct Segment: Sendable, Hashable {
        /// The file.
        package var file: File
        /// The first position in it.
        package var from: Int64
        /// The position after the last in it.
        package var below: Int64
        /// Its positions.
        package var range: Range<Int64> { from..<below }
    }

    /// The backup.
    package var backupID: String
    /// The log's name.
    package var origin: String
    /// Whether it holds all of the log.
    package var kind: Kind
    /// When it was made.
    package var createdAt: Timestamp
    /// Which release made it.
    package var productVersion: String
    /// What somebody says of it.
    package var summary: String?
    /// The first position in it.
    package var from: Int64
    /// The size of the log with which it ends.
    package var size: Int64
    /// When its first event was recorded.
    package var firstRecordedAt: Timestamp?
    /// When its last event was recorded.
    package var lastRecordedAt: Timestamp?
    /// The tree of the events before its first: the roots of its full subtrees, largest first. Empty in a full one.
    package var edge: [UInt8]
    /// The signed checkpoint of that size.
    package var checkpoint: String
    /// The backup that it goes on from; nil for a full one.
    package var base: Reference?
    /// The backup made before it, whichever that was: what shows that a repository was set back.
    package var previous: Reference?
    /// How many events there are of each type.
    package var types: [EventType: Int64]
    /// How its key is locked; nil where it is not encrypted.
    package var lock: BackupLock?
    /// The files of events, in order.
    package var segments: [Segment]
    /// The files of checkpoints, in order.
    package var checkpoints: [File]
    /// The files of idempotency keys, in order.
    package var idempotencyKeys: [File]
    /// The signing keys, if they were asked for.
    package var signingKeys: File?

    /// The name of the file that holds it.
    package static let fileName = "manifest.note"
    /// Longer ones are none of ours.
    static let lengthLimit = 128 << 20
    /// No log is as large; sums of what is counted in one stay within 64 bits.
    static let sizeLimit: Int64 = 1 << 53
    /// Longer ones hold no keys.
    static let signingKeysLimit: Int64 = 1 << 20
    /// What a backup does not hold, in words.
    package static let omissions = [
        "settings and secrets of the server's environment", "archives of released payloads",
        "read models, which are made again from the log",
    ]

    /// How many events.
    package var events: Int64 { size - from }
    /// All files, beside the manifest itself.
    package var files: [File] {
        segments.map(\.file) + checkpoints + idempotencyKeys + (signingKeys.map { [$0] } ?? [])
    }
    /// How long all files are.
    package var bytes: Int64 { files.reduce(0) { $0 + $1.bytes } }
    /// How long what they hold is.
    package var rawBytes: Int64 { files.reduce(0) { $0 + $1.rawBytes } }
}
