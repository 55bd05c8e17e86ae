import EventStore
import JSON
import Postgres
package import Time

/// What the audit history of a stretch of time holds, counted.
package struct AuditReport: Sendable, Hashable {
    /// How often something occurs.
    package struct Count: Sendable, Hashable {
        /// What.
        package var key: String
        /// How often.
        package var count: Int64
    }

    /// The positions that it is about.
    package var positions: Range<Int64>
    /// How many events, of those that the reader may see.
    package var total: Int64 = 0
    /// By type of event, the hundred most frequent.
    package var types: [Count] = []
    /// By who did it, the hundred most frequent.
    package var actors: [Count] = []
    /// By kind of thing, the hundred most frequent.
    package var resources: [Count] = []
    /// By how it ended, the hundred most frequent.
    package var statuses: [Count] = []
    /// By branch, the hundred most frequent.
    package var branches: [Count] = []
    /// By day (UTC), oldest first; every day on which there was something.
    package var days: [Count] = []
}

extension AuditService {
    /// Counts what was recorded in a stretch of time, as far as the reader may see it. The plan's generateAuditReport.
    ///
    /// - Returns: the report, and how many events of the log it takes into account.
    package func report(
        from: Time.Timestamp,
        to: Time.Timestamp,
        asOf moment: AuditMoment = .now,
        by reader: AuditReader
    ) async throws -> (report: AuditReport, size: Int64) {
        let size = try await size(at: moment)
        var filter = AuditFilter()
        filter.from = from
        filter.to = to
        let positions = try await positions(filter, size: size, below: nil)
        let conditions = AuditConditions(positions, AuditFilter(), reader.sight)
        let rows = try await pool.query(reportSQL.filled(["conditions": conditions.sql]), deadline: deadline)
        let report = try Self.report(positions, rows)
        var asked = filter.json
        asked["size"] = .number(JSONNumber(size))
        try await record(.report, filter: asked, returned: report.total, by: reader)
        return (report, size)
    }

    @inline(never)
    private static func report(_ positions: Range<Int64>, _ rows: [PostgresRow]) throws -> AuditReport {
        var report = AuditReport(positions: positions)
        for row in rows {
            let (kind, key, count) = try row.decode((String, String?, Int64).self)
            let line = AuditReport.Count(key: key ?? "", count: count)
            switch kind {
            case "type": report.types.append(line)
            case "actor": report.actors.append(line)
            case "resource": report.resources.append(line)
            case "status": report.statuses.append(line)
            case "branch": report.branches.append(line)
            case "day": report.days.append(line)
            default: report.total = count
            }
        }
        return report
    }
}
