import EventStore
import JSON
import Postgres

extension AuditService {
    /// What happened to one thing, newest first, with the thing before and after each event.
    ///
    /// The states of roles, permissions, users, tokens and separations are read from the intervals of the read models, which say
    /// what held after any number of events; so they are right across restores. Of things of other systems the states
    /// are those that were reported.
    ///
    /// - Throws: `AuditError(.notFound)` where there is nothing at all that the reader may see.
    package func trail(
        of resource: String,
        _ id: String,
        asOf moment: AuditMoment = .now,
        below: Int64? = nil,
        limit: Int,
        by reader: AuditReader
    ) async throws -> AuditPage<AuditChange> {
        let size = try await size(at: moment)
        let conditions = AuditConditions(0..<min(size, below ?? .max), AuditFilter(), reader.sight)
        let sql = trailSQL.filled([
            "resource": "\(resource)", "id": "\(id)", "conditions": conditions.sql, "limit": "\(Int64(limit) + 1)",
        ])
        let rows = try await pool.query(sql, deadline: deadline)
        let entries = try rows.prefix(limit).map { try AuditEntry($0).seen(by: reader.sight) }
        let sizes = Self.sizes(around: entries.map(\.position))
        let states = try await states(of: resource, [id], atSizes: sizes, reader.sight).map { $0[id] ?? [:] }
        let changes = entries.map { entry in
            guard let states else { return AuditChange(reported: entry) }
            return AuditChange(entry, before: states[entry.position], after: states[entry.position + 1])
        }
        var asked: JSONObject = ["resource": .string(resource), "resourceId": .string(id)]
        asked["size"] = .number(JSONNumber(size))
        if let below { asked["below"] = .number(JSONNumber(below)) }
        try await record(.trail, filter: asked, returned: Int64(changes.count), by: reader)
        guard !changes.isEmpty || below != nil else {
            throw AuditError(.notFound, "Nothing is recorded about \(resource) “\(id)” that you may read.")
        }
        return AuditPage(lines: changes, size: size, next: rows.count > limit ? entries.last?.position : nil)
    }

    /// Things of one kind, by their ids, as they stood after the first N events, for some N; nil for a kind of thing that Daybook
    /// does not keep.
    func states(
        of resource: String,
        _ ids: [String],
        atSizes sizes: [Int64],
        _ sight: AuditSight
    ) async throws -> [String: [Int64: JSONObject]]? {
        guard let sql = stateSQL[resource] else { return nil }
        guard !ids.isEmpty, !sizes.isEmpty else { return [:] }
        let rows = try await pool.query(
            sql.filled([
                "ids": "\(ids)", "sizes": "\(sizes)", "branches": "\(sight.reach.limit)",
                "personal": "\(sight.personal == .everywhere)",
            ]),
            deadline: deadline
        )
        return try Self.states(in: rows)
    }

    /// The sizes of the log right before and right after each position.
    @inline(never)
    private static func sizes(around positions: [Int64]) -> [Int64] {
        Set(positions + positions.map { $0 + 1 }).sorted()
    }

    @inline(never)
    private static func states(in rows: [PostgresRow]) throws -> [String: [Int64: JSONObject]] {
        var states: [String: [Int64: JSONObject]] = [:]
        for row in rows {
            let (id, size, text) = try row.decode((String, Int64, String).self)
            guard case .object(let state) = try JSONValue(parsing: [UInt8](text.utf8)) else { continue }
            states[id, default: [:]][size] = state
        }
        return states
    }
}
