import JSON
import MerkleLog
package import Time

/// What a restore leaves for others to check: this log is the first so many events of the one that the backup's checkpoint
/// signs. The format "daybook restore certificate 1", signed with the log's key.
package struct RestoreCertificate: Sendable, Hashable {
    /// The log's name.
    package var origin: String
    /// How many events were restored.
    package var size: Int64
    /// The root of their tree, in base64.
    package var root: String
    /// The signed checkpoint that the restored log ends with.
    package var checkpoint: String
    /// The backup.
    package var backupID: String
    /// The SHA-256 of its manifest, in hexadecimal.
    package var manifestDigest: String
    /// The signed checkpoint of the backup.
    package var backupCheckpoint: String
    /// How many events the backup leads up to.
    package var backupSize: Int64
    /// How many events the log is known to have had, from checkpoints that were kept elsewhere.
    package var knownSize: Int64?
    /// How many events were cleaned again of what the log says was erased or released.
    package var cleaned: Int64
    /// When it was restored.
    package var restoredAt: Timestamp

    /// How many events are known to be missing.
    package var missing: Int64 { max(0, max(knownSize ?? 0, backupSize) - size) }

    /// Writes it as a JSON object.
    package var text: String {
        var json = JSONWriter(reservingCapacity: 2_048)
        json.object { json in
            json.member("format", "daybook restore certificate 1")
            json.member("statement", statement)
            json.member("origin", origin)
            json.member("size", size)
            json.member("root", root)
            json.member("checkpoint", checkpoint)
            json.member("backupId", backupID)
            json.member("manifestSha256", manifestDigest)
            json.member("backupSize", backupSize)
            json.member("backupCheckpoint", backupCheckpoint)
            if let knownSize { json.member("knownSize", knownSize) }
            json.member("missingEvents", missing)
            json.member("cleanedEvents", cleaned)
            json.member("restoredAt", restoredAt)
        }
        return json.text + "\n"
    }

    /// What it says, in words.
    package var statement: String {
        let missing =
            missing == 0
            ? "Nothing newer is known to be missing."
            : "The \(missing) events from position \(size) to \(size + missing - 1) are known to be missing."
        return
            "This log is the first \(size) events of \(origin), each hashed again; those of the backup have the root "
            + "that its checkpoint of \(backupSize) events signs. \(missing)"
    }
}
