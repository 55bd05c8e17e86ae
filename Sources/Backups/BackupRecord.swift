package import JSON
import Postgres
package import Time

/// What the log says of a backup. The plan's status, size and details.
package struct BackupRecord: Sendable, Hashable {
    /// What became of it.
    package enum State: String, Sendable, Hashable, CaseIterable {
        case running, completed, failed, cancelled
    }

    /// The backup.
    package var backupID: String
    /// Whether it holds all of the log.
    package var kind: BackupManifest.Kind
    /// Where it was made.
    package var repository: String
    /// Where it can be had.
    package var places: [String]
    /// The backup that it goes on from.
    package var baseID: String?
    /// The first position in it.
    package var from: Int64
    /// The size of the log with which it ends.
    package var size: Int64
    /// The schedule that asked for it.
    package var scheduleID: String?
    /// What somebody says of it.
    package var summary: String?
    /// What became of it.
    package var state: State
    /// Where its start was recorded.
    package var startedPosition: Int64
    /// When it was begun.
    package var startedAt: Timestamp
    /// By whom.
    package var startedBy: String
    /// When it ended.
    package var endedAt: Timestamp?
    /// How many events are in it.
    package var events: Int64?
    /// How many files of events.
    package var segments: Int64?
    /// How long its files are.
    package var bytes: Int64?
    /// How long what they hold is.
    package var rawBytes: Int64?
    /// The SHA-256 of its manifest, in hexadecimal.
    package var manifestDigest: String?
    /// Whether it takes a key to read it.
    package var isEncrypted: Bool?
    /// Which key.
    package var keyID: String?
    /// How long it took.
    package var milliseconds: Int64?
    /// Why it failed.
    package var reason: String?
    /// When it was last verified.
    package var verifiedAt: Timestamp?
    /// How closely.
    package var verifiedDepth: String?
    /// Whether it was sound then.
    package var isSound: Bool?
    /// How many things were wrong with it.
    package var findings: Int64?
    /// The first of them.
    package var firstFinding: String?
    /// When a restore of it was last rehearsed.
    package var rehearsedAt: Timestamp?
    /// Whether that went well.
    package var rehearsalPassed: Bool?
    /// What was wrong.
    package var rehearsalFinding: String?
    /// The last copy of it, where that came to nothing.
    package var copyFailure: CopyFailure?

    /// A copy that came to nothing.
    package struct CopyFailure: Sendable, Hashable {
        /// When.
        package var at: Timestamp
        /// Into which repository it was to go.
        package var repository: String
        /// Whether it was stopped.
        package var isCancelled: Bool
        /// Why.
        package var reason: String
    }

    init(_ row: PostgresRow) throws {
        backupID = try row.decode("backup_id", as: String.self)
        kind = BackupManifest.Kind(rawValue: try row.decode("kind", as: String.self)) ?? .full
        repository = try row.decode("repository", as: String.self)
        places = try row.decode("places", as: [String].self)
        baseID = try row.decode("base_id", as: String?.self)
        from = try row.decode("from_position", as: Int64.self)
        size = try row.decode("size", as: Int64.self)
        scheduleID = try row.decode("schedule_id", as: String?.self)
        summary = try row.decode("description", as: String?.self)
        state = State(rawValue: try row.decode("state", as: String.self)) ?? .failed
        startedPosition = try row.decode("started_position", as: Int64.self)
        startedAt = try row.decode("started_at", as: Timestamp.self)
        startedBy = try row.decode("started_by", as: String.self)
        endedAt = try row.decode("ended_at", as: Timestamp?.self)
        events = try row.decode("events", as: Int64?.self)
        segments = try row.decode("segments", as: Int64?.self)
        bytes = try row.decode("bytes", as: Int64?.self)
        rawBytes = try row.decode("raw_bytes", as: Int64?.self)
        manifestDigest = try row.decode("manifest_digest", as: String?.self)
        isEncrypted = try row.decode("encrypted", as: Bool?.self)
        keyID = try row.decode("key_id", as: String?.self)
        milliseconds = try row.decode("milliseconds", as: Int64?.self)
        reason = try row.decode("failure", as: String?.self)
        verifiedAt = try row.decode("verified_at", as: Timestamp?.self)
        verifiedDepth = try row.decode("verified_depth", as: String?.self)
        isSound = try row.decode("sound", as: Bool?.self)
        findings = try row.decode("findings", as: Int64?.self)
        firstFinding = try row.decode("first_finding", as: String?.self)
        rehearsedAt = try row.decode("rehearsed_at", as: Timestamp?.self)
        rehearsalPassed = try row.decode("rehearsal_passed", as: Bool?.self)
        rehearsalFinding = try row.decode("rehearsal_finding", as: String?.self)
        if let at = try row.decode("copy_failed_at", as: Timestamp?.self) {
            copyFailure = CopyFailure(
                at: at,
                repository: try row.decode("copy_failed_to", as: String.self),
                isCancelled: try row.decode("copy_cancelled", as: Bool.self),
                reason: try row.decode("copy_failure", as: String.self)
            )
        }
    }

    /// Writes it as the members of a JSON object.
    package func write(to json: inout JSONWriter) {
        json.member("backupId", backupID)
        json.member("kind", kind.rawValue)
        json.member("state", state.rawValue)
        json.member("repository", repository)
        json.member("places", places)
        if let baseID { json.member("baseId", baseID) }
        json.member("fromPosition", from)
        json.member("size", size)
        if let scheduleID { json.member("scheduleId", scheduleID) }
        if let summary { json.member("description", summary) }
        json.member("startedAt", startedAt)
        json.member("startedBy", startedBy)
        if let endedAt { json.member("endedAt", endedAt) }
        for (name, value) in [
            ("events", events), ("segments", segments), ("bytes", bytes), ("rawBytes", rawBytes),
            ("milliseconds", milliseconds), ("findings", findings),
        ] {
            if let value { json.member(name, value) }
        }
        if let manifestDigest { json.member("manifestSha256", manifestDigest) }
        if let isEncrypted { json.member("encrypted", isEncrypted) }
        if let keyID { json.member("keyId", keyID) }
        if let reason { json.member("reason", reason) }
        if let verifiedAt { json.member("verifiedAt", verifiedAt) }
        if let verifiedDepth { json.member("verifiedDepth", verifiedDepth) }
        if let isSound { json.member("sound", isSound) }
        if let firstFinding { json.member("firstFinding", firstFinding) }
        if let rehearsedAt { json.member("rehearsedAt", rehearsedAt) }
        if let rehearsalPassed { json.member("rehearsalPassed", rehearsalPassed) }
        if let rehearsalFinding { json.member("rehearsalFinding", rehearsalFinding) }
        if let copyFailure {
            json.member(
                "copyFailure",
                object: { json in
                    json.member("repository", copyFailure.repository)
                    json.member("at", copyFailure.at)
                    json.member("cancelled", copyFailure.isCancelled)
                    json.member("reason", copyFailure.reason)
                }
            )
        }
    }
}
