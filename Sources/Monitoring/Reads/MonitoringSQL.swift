import Postgres

/// The statements of this module: files under `SQL/`, whose headers say what their parameters are.
struct MonitoringSQL: Sendable {
    let entries: String
    let requests: String
    let measurements: String
    let errorRate: String
    let health: String
    let alerts: String
    let silences: String
    let archives: String
    let database: String
    let exportCount: String

    init() throws {
        entries = try Self.text("read/entries.sql")
        requests = try Self.text("read/requests.sql")
        measurements = try Self.text("read/measurements.sql")
        errorRate = try Self.text("read/error-rate.sql")
        health = try Self.text("read/health.sql")
        alerts = try Self.text("read/alerts.sql")
        archives = try Self.text("read/archives.sql")
        silences = try Self.text("read/silences.sql")
        database = try Self.text("read/database.sql")
        exportCount = try Self.text("read/export-count.sql")
    }

    static func text(_ path: String) throws -> String {
        try SQLFile.text(path, in: .module)
    }
}
