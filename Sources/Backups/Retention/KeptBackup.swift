import Postgres
import Time

/// A finished backup that is in a repository.
struct KeptBackup: Sendable, Hashable {
    var backupID: String
    var baseID: String?
    /// The schedule that asked for it.
    var scheduleID: String?
    /// The size of the log with which it ends.
    var size: Int64
    var startedAt: Timestamp
    var bytes: Int64
    /// False where the last look at it in this repository, or at what it rests on, found something, or may have.
    var isSound: Bool

    init(_ row: PostgresRow) throws {
        backupID = try row.decode("backup_id", as: String.self)
        baseID = try row.decode("base_id", as: String?.self)
        scheduleID = try row.decode("schedule_id", as: String?.self)
        size = try row.decode("size", as: Int64.self)
        startedAt = try row.decode("started_at", as: Timestamp.self)
        bytes = try row.decode("bytes", as: Int64.self)
        isSound = try row.decode("sound", as: Bool.self)
    }
}
