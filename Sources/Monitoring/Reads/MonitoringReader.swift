package import EventStore
import JSON
import Logging
package import Postgres
package import ProjectionEngine
package import Time

/// Reads of the read model `logs`. An answer waits until the read model holds what was recorded before the question.
package struct MonitoringReader: Sendable {
    /// How long the database may take over one query.
    private static let deadline = Duration.seconds(20)
    /// How many measurements one answer takes in at a time.
    private static let page: Int64 = 500

    let store: EventStore
    let pool: PostgresPool
    private let engine: ProjectionEngine
    private let patience: Duration
    let sql: MonitoringSQL

    /// - Parameter patience: how long an answer waits for the read model before it is refused.
    package init(
        store: EventStore,
        pool: PostgresPool,
        engine: ProjectionEngine,
        patience: Duration = .seconds(2)
    ) throws {
        self.store = store
        self.pool = pool
        self.engine = engine
        self.patience = patience
        sql = try MonitoringSQL()
    }

    /// How many events an answer takes in, once the read model holds them.
    ///
    /// - Parameter size: that of the moment that is asked for; nil for now.
    package func settle(asOf size: Int64? = nil) async throws -> Int64 {
        let head = try await store.head().size
        let wanted = size ?? head
        guard (0...head).contains(wanted) else {
            throw MonitoringError(.noSuchMoment, "The log ends at position \(head - 1); ask as of an earlier one.")
        }
        do {
            try await engine.wait(for: "logs", toHold: wanted, deadline: patience)
        } catch let error as ProjectionError {
            guard case .notReached(let position) = error.code else { throw error }
            throw MonitoringError(
                .behind(lag: wanted - position),
                "The logs are \(wanted - position) events behind the log. Try again shortly."
            )
        }
        return wanted
    }

    /// Log entries, newest first, below a position and of the first `size` events. The plan's Log.
    package func entries(
        _ query: LogQuery,
        below: Int64 = .max,
        size: Int64,
        limit: Int
    ) async throws -> [LogEntry] {
        let statement = SQL(
            unescaped: sql.entries,
            below,
            size,
            query.level.map { Int32($0.rank) },
            query.minimumLevel.map { Int32($0.rank) },
            query.logger,
            query.traceID,
            query.from,
            query.to,
            query.node,
            Int64(limit)
        )
        return try await pool.query(statement, deadline: Self.deadline).map(LogEntry.init)
    }

    /// Requests, newest first. The plan's getApiRequestLogs.
    ///
    /// - Parameter before: the last one of the page before.
    package func requests(
        _ query: RequestQuery,
        before: (position: Int64, place: Int64)? = nil,
        size: Int64,
        limit: Int
    ) async throws -> [RequestLog] {
        let statement = SQL(
            unescaped: sql.requests,
            before?.position ?? .max,
            before?.place ?? 0,
            size,
            query.method,
            query.route,
            query.actor,
            query.minimumStatus.map { Int32($0) },
            query.maximumStatus.map { Int32($0) },
            query.minimumDuration.map(\.wholeMicroseconds),
            query.traceID,
            query.from,
            query.to,
            Int64(limit)
        )
        return try await pool.query(statement, deadline: Self.deadline).map(RequestLog.init)
    }

    /// What requests were like in a stretch of time, by route. The plan's getPerformanceMetrics.
    ///
    /// In whole stretches as they were measured: the first and the last may reach beyond the time that is asked for.
    package func measurements(
        from: Timestamp,
        to: Timestamp,
        size: Int64
    ) async throws -> (routes: [RouteMeasurement], from: Timestamp?, to: Timestamp?) {
        var merged: [String: RouteMeasurement] = [:]
        var first: Timestamp?
        var last: Timestamp?
        var position: Int64 = 0
        while true {
            let statement = SQL(unescaped: sql.measurements, position, size, from, to, Self.page)
            let rows = try await pool.query(statement, deadline: Self.deadline)
            for row in rows {
                position = try row.decode("position", as: Int64.self) + 1
                let (began, ended) = (
                    try row.decode("from_at", as: Timestamp.self), try row.decode("to_at", as: Timestamp.self)
                )
                first = min(first ?? began, began)
                last = max(last ?? ended, ended)
                try Self.merge(try row.decode("routes", as: String.self), into: &merged)
            }
            if Int64(rows.count) < Self.page { break }
        }
        let routes = merged.values.sorted { ($0.route, $0.method) < ($1.route, $1.method) }
        return (routes, first, last)
    }

    private static func merge(_ text: String, into merged: inout [String: RouteMeasurement]) throws {
        for value in try JSONValue(parsing: Array(text.utf8)).array ?? [] {
            guard let measured = RouteMeasurement(value) else { continue }
            let key = "\(measured.method) \(measured.route)"
            if merged[key] == nil {
                merged[key] = measured
            } else {
                merged[key]?.add(measured)
            }
        }
    }

    /// How many requests there were and how many failed. The plan's getErrorRate.
    package func errorRate(from: Timestamp, to: Timestamp, size: Int64) async throws -> ErrorRate {
        let rows = try await pool.query(SQL(unescaped: sql.errorRate, size, from, to), deadline: Self.deadline)
        guard let row = rows.first else { return ErrorRate() }
        return ErrorRate(
            requests: try row.decode("requests", as: Int64.self),
            clientErrors: try row.decode("client_errors", as: Int64.self),
            serverErrors: try row.decode("server_errors", as: Int64.self)
        )
    }

    /// Health checks, newest first.
    package func health(
        check: String? = nil,
        below: Int64 = .max,
        size: Int64,
        limit: Int
    ) async throws -> [HealthRecord] {
        let statement = SQL(unescaped: sql.health, below, size, check, Int64(limit))
        return try await pool.query(statement, deadline: Self.deadline).map(HealthRecord.init)
    }

    /// Alerts, newest first.
    package func alerts(
        rule: String? = nil,
        onlyOpen: Bool = false,
        id: String? = nil,
        below: Int64 = .max,
        size: Int64,
        limit: Int
    ) async throws -> [AlertRecord] {
        let statement = SQL(unescaped: sql.alerts, below, size, rule, onlyOpen, id, Int64(limit))
        return try await pool.query(statement, deadline: Self.deadline).map(AlertRecord.init)
    }

    /// Until when each rule is silenced, as far as the read model knows.
    func silences() async throws -> [String: Timestamp] {
        var silences: [String: Timestamp] = [:]
        for row in try await pool.query(SQL(unescaped: sql.silences), deadline: Self.deadline) {
            let (rule, until) = try row.decode((String, Timestamp).self)
            silences[rule] = until
        }
        return silences
    }
}

/// Requests and how many of them failed.
package struct ErrorRate: Sendable, Hashable {
    /// All of them.
    package var requests: Int64 = 0
    /// The client's fault.
    package var clientErrors: Int64 = 0
    /// The server's fault.
    package var serverErrors: Int64 = 0

    /// The share of those that were the server's fault.
    package var rate: Double { requests == 0 ? 0 : Double(serverErrors) / Double(requests) }
}

extension MonitoringReader {
    /// How many events had been recorded at a moment.
    package func size(at moment: Timestamp) async throws -> Int64 { try await store.reader.size(at: moment) }
}
