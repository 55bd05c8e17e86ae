import Foundation
import Postgres
package import Time

/// A line of the audit log (the plan's AuditLog) with its place in the log.
package struct AuditEntry: Sendable, Hashable {
    /// The event's position.
    package var position: Int64
    /// The event's id.
    package var id: String
    /// When it was recorded.
    package var createdAt: Timestamp
    /// The event's type.
    package var type: String
    /// Who did it.
    package var userID: String
    /// Whom it is about.
    package var subject: String?
    /// Where it belongs.
    package var branchID: String?
    /// What was done.
    package var action: String
    /// To what kind of thing.
    package var resource: String
    /// To which thing.
    package var resourceID: String?
    /// How it ended.
    package var status: String
    /// What was recorded of it, as JSON text.
    package var changes: [UInt8]?
    /// From where, until it is erased. Personal.
    package var ipAddress: String?
    /// With what, until it is erased. Personal.
    package var userAgent: String?
    /// The stream that the event stands in.
    package var stream: String
    /// Its index there.
    package var version: Int64
    /// The W3C trace id.
    package var correlationID: String?
    /// The event that led to it.
    package var causationID: String?

    /// Whether `changes` is personal text: what a service reported, and not what Daybook recorded itself.
    var changesArePersonal: Bool { type == "audit.access-logged" }

    /// The line as a reader may see it.
    func seen(by sight: AuditSight) -> AuditEntry {
        guard !sight.personal.contains(branchID) else { return self }
        var entry = self
        entry.ipAddress = nil
        entry.userAgent = nil
        if changesArePersonal { entry.changes = nil }
        return entry
    }
}

extension AuditEntry {
    init(_ row: PostgresRow) throws {
        position = try row.decode("position", as: Int64.self)
        id = try row.decode("id", as: UUID.self).uuidString.lowercased()
        createdAt = try row.decode("created_at", as: Timestamp.self)
        type = try row.decode("type", as: String.self)
        userID = try row.decode("user_id", as: String.self)
        subject = try row.decode("subject", as: String?.self)
        branchID = try row.decode("branch", as: String?.self)
        action = try row.decode("action", as: String.self)
        resource = try row.decode("resource", as: String.self)
        resourceID = try row.decode("resource_id", as: String?.self)
        status = try row.decode("status", as: String.self)
        changes = try row.decode("changes", as: String?.self).map { [UInt8]($0.utf8) }
        ipAddress = try row.decode("ip_address", as: String?.self)
        userAgent = try row.decode("user_agent", as: String?.self)
        stream = try row.decode("stream", as: String.self)
        version = try row.decode("version", as: Int64.self)
        correlationID = try row.decode("correlation_id", as: String?.self)
        causationID = try row.decode("causation_id", as: UUID?.self)?.uuidString.lowercased()
    }
}
