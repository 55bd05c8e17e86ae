import Postgres
package import Time

/// Reads counts and trends from read model `analytics`.
struct DashboardReader: Sendable {
    /// How long the database may take.
    private static let deadline = Duration.seconds(20)

    private let reader: ResourceReader
    private let pool: PostgresPool
    private let statement: SQLFile

    init(_ reader: ResourceReader, pool: PostgresPool) throws {
        self.reader = reader
        self.pool = pool
        statement = try SQLFile("dashboard.sql", in: .module)
    }

    func dashboard(
        of branch: String?,
        from first: CalendarDay,
        to last: CalendarDay,
        at moment: ResourceMoment
    ) async throws -> (dashboard: Dashboard, size: Int64, readAt: Int64) {
        let size = try await reader.size(at: moment, of: "analytics")
        let sql: SQL = statement(branch, size, first.text, last.text)
        let rows = try await pool.query(sql, deadline: Self.deadline)
        guard let position = try rows.first?.decode("position", as: Int64.self) else {
            throw ResourceError(.behind, "The read model is not there yet. Try again shortly.")
        }
        let movements = try rows.compactMap(DashboardMovement.init)
        return (Dashboard(from: first, to: last, movements), size ?? position, position)
    }
}

extension DashboardMovement {
    fileprivate init?(_ row: PostgresRow) throws {
        guard let measure = try row.decode("measure", as: String?.self) else { return nil }
        self.init(
            measure: measure,
            state: try row.decode("state", as: String.self),
            currency: try row.decode("currency", as: String.self),
            day: try row.decode("day", as: String?.self).flatMap { CalendarDay($0) },
            change: try row.decode("change", as: Int64.self),
            amount: try row.decode("amount", as: Int64.self),
            count: try row.decode("count", as: Int64.self)
        )
    }
}

extension InstitutionService {
    /// Counts and trends of a branch, or of all, from one day to another. The plan's analytics dashboard.
    ///
    /// - Returns: with how many events it tells of, and how many the read model held.
    package func dashboard(
        of branch: String? = nil,
        from first: CalendarDay,
        to last: CalendarDay,
        at moment: ResourceMoment = .now
    ) async throws -> (dashboard: Dashboard, size: Int64, readAt: Int64) {
        try await dashboards.dashboard(of: branch, from: first, to: last, at: moment)
    }
}
