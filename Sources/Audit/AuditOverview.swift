import EventStore
import JSON
import Postgres
package import Time

/// What a list of the history holds, counted over time and by what it can be narrowed down to.
package struct AuditOverview: Sendable, Hashable {
    /// A stretch of time, and how many events were recorded in it.
    package struct Stretch: Sendable, Hashable {
        /// Where it begins.
        package var start: Time.Timestamp
        /// How many events.
        package var count: Int64
    }

    /// How many events there are.
    package var total: Int64 = 0
    /// Stretches of equal length without a gap, oldest first, sixty at most; those without events are there too.
    package var stretches: [Stretch] = []
    /// How long each is, in microseconds.
    package var step: Int64 = 0
    /// The most frequent values of each, by name: `actor`, `action`, `resource` and `branch`; the most frequent first.
    package var facets: [String: [AuditReport.Count]] = [:]
}

extension AuditService {
    /// Counts what is in a list of the history, as far as the reader may see it. What was asked is recorded.
    ///
    /// - Throws: ``AuditError``; `PostgresError` where counting takes more than twenty seconds.
    package func overview(
        of filter: AuditFilter,
        asOf moment: AuditMoment = .now,
        by reader: AuditReader
    ) async throws -> AuditOverview {
        let size = try await size(at: moment)
        let positions = try await positions(filter, size: size, below: nil)
        let conditions = AuditConditions(positions, filter, reader.sight)
        let rows = try await pool.query(overviewSQL.filled(["conditions": conditions.sql]), deadline: deadline)
        let overview = try Self.overview(rows)
        var asked = filter.json
        asked["size"] = .number(JSONNumber(size))
        try await record(.report, filter: asked, returned: overview.total, text: filter.text, by: reader)
        return overview
    }

    @inline(never)
    private static func overview(_ rows: [PostgresRow]) throws -> AuditOverview {
        var overview = AuditOverview()
        for row in rows {
            let (kind, key, time, count, step) = try row.decode((String, String?, Time.Timestamp?, Int64, Int64?).self)
            overview.step = step ?? 0
            switch kind {
            case "all": overview.total = count
            case "time":
                guard let time, let step, step > 0 else { continue }
                // What lies between two stretches with events has none.
                while let last = overview.stretches.last, last.start.microseconds + step < time.microseconds {
                    let next = Time.Timestamp(microseconds: last.start.microseconds + step)
                    overview.stretches.append(AuditOverview.Stretch(start: next, count: 0))
                }
                overview.stretches.append(AuditOverview.Stretch(start: time, count: count))
            default: overview.facets[kind, default: []].append(AuditReport.Count(key: key ?? "", count: count))
            }
        }
        return overview
    }
}
