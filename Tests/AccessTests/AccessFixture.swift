import Access
import EventStore
import Events
import Logging
import Postgres
import ProjectionEngine
import TestSupport
import Testing
import Time

/// A log with its read models and the access service over it, opened as at first start.
struct AccessFixture {
    let log: LogFixture
    let access: AccessService
    let tokens: TokenService
    /// The first administrator's token.
    let administrator: IssuedToken?

    /// Databases with a migrated log and its read models.
    static let prepared = DatabaseTemplate("access") { url in
        let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url), logger: LogFixture.quiet)
        _ = try await LogSchema.migrate(connection, logger: LogFixture.quiet)
        await connection.close()
        try await withPool(url) { try await ProjectionEngine(pool: $0, logger: LogFixture.quiet).prepare() }
    }

    /// Lends an opened institution.
    static func withAccess<R: Sendable>(_ body: (AccessFixture) async throws -> R) async throws -> R {
        try await PostgresFixture.withFreshDatabase(prepared) { url in
            try await withAccess(at: url, body)
        }
    }

    /// Lends an opened institution in an empty database of some other server.
    static func withAccess<R: Sendable>(
        preparing url: String,
        _ body: (AccessFixture) async throws -> R
    ) async throws -> R {
        try await prepared.prepare(url)
        return try await withAccess(at: url, body)
    }

    /// Lends a replica over a database that is there already; it shares the keys of the first.
    static func withAccess<R: Sendable>(
        at url: String,
        keys: KeyStore? = nil,
        _ body: (AccessFixture) async throws -> R
    ) async throws -> R {
        let inline = try ProjectionDefinition.builtIn
        return try await withPool(url) { pool in
            let engine = try ProjectionEngine(pool: pool, definitions: inline, logger: LogFixture.quiet)
            return try await LogFixture.withLog(at: url, keys: keys, inline: engine.inlineProjections) { log in
                let directory = try AccessDirectory(store: log.store, pool: log.pool, logger: LogFixture.quiet)
                let access = try AccessService(
                    store: log.store,
                    pool: log.pool,
                    directory: directory,
                    projections: engine
                )
                let administrator = try await FirstStart(access: access).install()
                let following = Task { try await engine.run() }
                defer { following.cancel() }
                return try await body(
                    AccessFixture(
                        log: log,
                        access: access,
                        tokens: try TokenService(access, pool: log.pool),
                        administrator: administrator
                    )
                )
            }
        }
    }

    private static func withPool<R>(_ url: String, _ body: (PostgresPool) async throws -> R) async throws -> R {
        let pool = PostgresPool(configuration: try PostgresConfiguration(url: url), logger: LogFixture.quiet)
        do {
            let result = try await body(pool)
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }

    /// The administrator's commands.
    var root: CommandContext { CommandContext(actor: .user(FirstStart.administrator)) }

    /// What a check of the current model answers, by this replica.
    func may(_ user: String, _ permission: String, in scope: AccessScope = .institution) async throws -> AccessVerdict {
        try await access.directory.current().model.check(user, permission, in: scope, at: .now())
    }

    /// Returns once somebody waits for a lock on a table.
    func awaitWaiting(on table: String) async throws {
        while try await log.pool.query(
            "select 1 from pg_locks where relation = \(table)::regclass and not granted"
        ).isEmpty {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// The reason for which something is refused.
    func refusal(_ body: () async throws -> any Sendable) async throws -> AccessRefusal.Code? {
        do {
            _ = try await body()
            return nil
        } catch let refusal as AccessRefusal {
            return refusal.code
        }
    }
}
