import Access
import Audit
import EventStore
import Events
import Logging
import Postgres
import ProjectionEngine
import Recovery
import TestSupport
import Time

/// An institution with an administrator, its log, and the services that look at it.
struct Institution {
    let log: LogFixture
    let engine: ProjectionEngine
    let directory: AccessDirectory
    let access: AccessService
    let tokens: TokenService
    let audit: AuditService
    let recovery: RecoveryService

    /// Databases with a migrated log and its read models.
    private static let prepared = DatabaseTemplate("institution") { url in
        let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url), logger: LogFixture.quiet)
        _ = try await LogSchema.migrate(connection, logger: LogFixture.quiet)
        await connection.close()
        try await withPool(url) { try await ProjectionEngine(pool: $0, logger: LogFixture.quiet).prepare() }
    }

    /// How many institutions are open at once: each keeps a good many connections to the one server.
    private static let places = Places(4)

    /// Lends an opened institution.
    ///
    /// - Parameter follows: whether the read models that follow the log do so.
    @discardableResult
    static func open<R: Sendable>(
        follows: Bool = true,
        _ body: (Institution) async throws -> R
    ) async throws -> R {
        await places.enter()
        defer { places.leave() }
        return try await PostgresFixture.withFreshDatabase(prepared) { url in
            try await withPool(url) { pool in
                let engine = try ProjectionEngine(pool: pool, logger: LogFixture.quiet)
                // Rights on a database are not copied with it.
                try await engine.prepare()
                return try await LogFixture.withLog(at: url, inline: engine.inlineProjections) { log in
                    let institution = try Institution(
                        log,
                        engine,
                        patience: follows ? .seconds(20) : .milliseconds(200)
                    )
                    _ = try await FirstStart(access: institution.access).install()
                    let following = Task { if follows { try await engine.run() } }
                    let result: R
                    do {
                        result = try await body(institution)
                    } catch {
                        following.cancel()
                        _ = await following.result
                        throw error
                    }
                    following.cancel()
                    _ = await following.result
                    return result
                }
            }
        }
    }

    private init(_ log: LogFixture, _ engine: ProjectionEngine, patience: Duration) throws {
        self.log = log
        self.engine = engine
        directory = try AccessDirectory(store: log.store, pool: log.pool, logger: LogFixture.quiet)
        access = try AccessService(store: log.store, pool: log.pool, directory: directory)
        tokens = try TokenService(access, pool: log.pool)
        audit = try AuditService(store: log.store, pool: log.pool, engine: engine, patience: patience)
        recovery = try RecoveryService(
            store: log.store,
            pool: log.pool,
            engine: engine,
            administration: BuiltInPermission.administration.map(\.name)
        )
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

    /// Who reads with everything in sight.
    var auditor: AuditReader { reader("auditor", .everywhere) }

    /// Who reads within some reach.
    func reader(_ id: String, _ reach: BranchReach, personal: BranchReach? = nil) -> AuditReader {
        AuditReader(
            actor: id,
            ipAddress: "192.0.2.9",
            userAgent: "test",
            sight: AuditSight(permission: "audit.events:read", personalPermission: "personal") {
                $0 == "personal" ? personal ?? reach : reach
            }
        )
    }

    /// Records what another system reports.
    @discardableResult
    func report(_ access: Events.Audit.AccessLogged, branch: String? = nil) async throws -> Int64 {
        let receipt = try await log.store.append(
            AppendRequest(
                streams: [
                    StreamAppend(stream: "access-log-\(access.userID)", events: [NewEvent(access, branch: branch)])
                ],
                actor: "grades-service"
            )
        )
        return receipt.events[0].position
    }

    /// The newest event of a type.
    func newest<P: EventPayload>(_ type: P.Type) async throws -> (event: RecordedEvent, payload: P)? {
        guard let event = try await log.store.reader.eventsBackwards(types: [P.type], limit: 1).first else {
            return nil
        }
        return (event, try event.decode(P.self))
    }
}
