import Foundation
import JSON
import Postgres

extension AuditService {
    /// How far to either side of an event ``related(to:by:)`` looks.
    package static let neighbourhood: Int64 = 1_000

    /// One line of the history.
    ///
    /// - Throws: `AuditError(.notFound)` where there is none, or none that the reader may see: the two are not told apart.
    package func event(at position: Int64, by reader: AuditReader) async throws -> AuditEntry {
        let size = try await size(at: .now)
        let page = (0..<size).contains(position) ? position..<(position + 1) : 0..<0
        let entry = try await entries(AuditFilter(), page, limit: 1, reader.sight).lines.first
        let asked: JSONObject = ["position": .number(JSONNumber(position))]
        try await record(.events, filter: asked, returned: entry == nil ? 0 : 1, by: reader)
        guard let entry else {
            throw AuditError(.notFound, "There is no event at position \(position) that you may read.")
        }
        return entry
    }

    /// What is of the same request as an event, led to it or follows from it, as far as the reader may see it, oldest first.
    ///
    /// Looked for near the event alone, so that it takes no longer the longer the log is. What was asked is recorded.
    package func related(to entry: AuditEntry, limit: Int = 50, by reader: AuditReader) async throws -> [AuditEntry] {
        guard let id = UUID(uuidString: entry.id) else { return [] }
        let from = max(0, entry.position - Self.neighbourhood)
        let conditions = AuditConditions(from..<(entry.position + Self.neighbourhood), AuditFilter(), reader.sight)
        let rows = try await pool.query(
            relatedSQL.filled([
                "conditions": conditions.sql, "trace": "\(entry.correlationID)",
                "cause": "\(entry.causationID.flatMap { UUID(uuidString: $0) })", "id": "\(id)",
                "limit": "\(Int64(limit))",
            ]),
            deadline: deadline
        )
        let related = try rows.map { try AuditEntry($0).seen(by: reader.sight) }
        let asked: JSONObject = ["relatedTo": .number(JSONNumber(entry.position))]
        try await record(.events, filter: asked, returned: Int64(related.count), by: reader)
        return related
    }
}
