import Postgres
package import Time

/// An archive as it was recorded.
package struct ArchiveRecord: Sendable, Hashable {
    /// The event that says so.
    package var position: Int64
    /// The archive.
    package var archiveID: String
    /// The types of events.
    package var types: [String]
    /// The first position.
    package var fromPosition: Int64
    /// The last position.
    package var toPosition: Int64
    /// How many payloads.
    package var events: Int64
    /// How many of them were released.
    package var released: Int64
    /// How many files.
    package var segments: Int64
    /// How long they are.
    package var bytes: Int64?
    /// The SHA-256 of the signed manifest.
    package var manifestDigest: String
    /// Whether they are encrypted.
    package var isEncrypted: Bool
    /// When.
    package var archivedAt: Timestamp
    /// Who asked for it.
    package var archivedBy: String

    init(_ row: PostgresRow) throws {
        position = try row.decode("position", as: Int64.self)
        archiveID = try row.decode("archive_id", as: String.self)
        types = try row.decode("types", as: [String].self)
        fromPosition = try row.decode("from_position", as: Int64.self)
        toPosition = try row.decode("to_position", as: Int64.self)
        events = try row.decode("events", as: Int64.self)
        released = try row.decode("released", as: Int64.self)
        segments = try row.decode("segments", as: Int64.self)
        bytes = try row.decode("bytes", as: Int64?.self)
        manifestDigest = try row.decode("manifest_digest", as: String.self)
        isEncrypted = try row.decode("encrypted", as: Bool.self)
        archivedAt = try row.decode("archived_at", as: Timestamp.self)
        archivedBy = try row.decode("archived_by", as: String.self)
    }
}

extension MonitoringReader {
    /// Archives, newest first.
    package func archives(below: Int64 = .max, size: Int64, limit: Int) async throws -> [ArchiveRecord] {
        try await pool.query(SQL(unescaped: sql.archives, below, size, Int64(limit)), deadline: .seconds(20))
            .map(ArchiveRecord.init)
    }
}
