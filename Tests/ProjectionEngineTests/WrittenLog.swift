import EventStore
import Logging
import Postgres
import ProjectionEngine
import TestSupport

/// A migrated database whose log the test fills by itself, event for event.
///
/// Read models look at positions, types and payloads alone, so the hashes of these events are stand-ins.
struct WrittenLog: Sendable {
    let pool: PostgresPool
    let url: String
    static let logger: Logger = {
        var logger = Logger(label: "test.projections")
        logger.logLevel = .critical
        return logger
    }()

    /// Lends a database with an empty log.
    static func with<R: Sendable>(_ body: @Sendable (WrittenLog) async throws -> R) async throws -> R {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(url: url),
                maximumConnections: 6,
                logger: logger
            )
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pool.run() }
                // The events of these logs are minutes apart: a floor of a day would let nothing be released.
                try await pool.execute(
                    """
                    create or replace function log.retention_floor(type text) returns interval language sql immutable
                    as $$
                        select case
                            when type like 'logs.%' or type in ('audit.access-logged', 'rbac.decisions-recorded')
                                then interval '0'
                        end
                    $$
                    """
                )
                let result = try await body(WrittenLog(pool: pool, url: url))
                group.cancelAll()
                return result
            }
        }
    }

    /// An engine over this database.
    func engine(
        _ definitions: [ProjectionDefinition]? = nil,
        batch: Int64 = 50_000,
        immediate: Int64 = 20_000
    ) throws -> ProjectionEngine {
        var limits = ProjectionLimits()
        limits.batch = batch
        limits.immediate = immediate
        limits.poll = .milliseconds(20)
        limits.snapshots = 2
        return try ProjectionEngine(pool: pool, definitions: definitions, limits: limits, logger: Self.logger)
    }

    /// Appends events in one transaction, and calls inline read models as the event store would.
    func append(_ events: [LoggedEvent], inline engine: ProjectionEngine? = nil) async throws {
        guard !events.isEmpty else { return }
        try await pool.withTransaction { connection in
            let size = try await connection.query("select size from log.head for update").first?.decode(Int64.self) ?? 0
            for (index, event) in events.enumerated() {
                try await event.insert(at: size + Int64(index), connection)
            }
            let end = size + Int64(events.count)
            try await connection.execute("update log.head set size = \(end)")
            for projection in engine?.inlineProjections ?? [] {
                try await connection.execute("select \(unescaped: projection.function)(\(size), \(end - 1))")
            }
            for (index, event) in events.enumerated() where event.type == "log.personal-erased" {
                let position = size + Int64(index)
                try await connection.execute("select log.erase_personal(\(position), \(position))")
            }
            for (index, event) in events.enumerated() where event.type == "logs.payloads-released" {
                let position = size + Int64(index)
                try await connection.execute("select log.release_payloads(\(position), \(position))")
            }
        }
    }

    /// Every row of every table of a schema, as text, sorted.
    func contents(of schema: String) async throws -> [String: [String]] {
        var contents: [String: [String]] = [:]
        let tables = try await pool.query(
            """
            select c.relname::text from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
            where n.nspname = \(schema) and c.relkind = 'r'
            """
        )
        for table in try tables.map({ try $0.decode(String.self) }) {
            contents[table] = try await texts(
                "select t::text from \(identifier: schema).\(identifier: table) as t order by 1"
            )
        }
        return contents
    }

    /// The rows of a query of one text column.
    func texts(_ sql: SQL) async throws -> [String] {
        try await pool.query(sql).map { try $0.decode(String.self) }
    }
}
