import Postgres
import Time

/// A finished backup that is in a repository.
struct KeptBackup: Sendable, Hashable {
    var backupID: String
    var baseID: String?
    var startedAt: Timestamp
    var bytes: Int64
    /// False where the last look at it found something.
    var isSound: Bool

    init(_ row: PostgresRow) throws {
        backupID = try row.decode("backup_id", as: String.self)
        baseID = try row.decode("base_id", as: String?.self)
        startedAt = try row.decode("started_at", as: Timestamp.self)
        bytes = try row.decode("bytes", as: Int64.self)
        isSound = try row.decode("sound", as: Bool.self)
    }
}
