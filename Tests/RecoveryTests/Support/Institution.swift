import Access
import EventStore
import Events
import Logging
import Postgres
import ProjectionEngine
import Recovery
import Synchronization
import TestSupport
import Time

/// An institution with an administrator, its log, and what takes it back.
struct Institution {
    let log: LogFixture
    let engine: ProjectionEngine
    let directory: AccessDirectory
    let access: AccessService
    let tokens: TokenService
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
                    let institution = try Institution(log, engine)
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

    /// Lends another replica of the institution, as one that was just started.
    @discardableResult
    func withReplica<R: Sendable>(_ body: (Institution) async throws -> R) async throws -> R {
        try await LogFixture.withLog(at: log.url, keys: log.keys, inline: engine.inlineProjections) { log in
            try await body(try Institution(log, engine))
        }
    }

    private init(_ log: LogFixture, _ engine: ProjectionEngine) throws {
        self.log = log
        self.engine = engine
        directory = try AccessDirectory(store: log.store, pool: log.pool, logger: LogFixture.quiet)
        access = try AccessService(store: log.store, pool: log.pool, directory: directory)
        tokens = try TokenService(access, pool: log.pool)
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

    /// What a later release goes back by, which asks more of administrators; with how often it installed what it needs.
    func recovery(
        administration further: [String]
    ) throws -> (service: RecoveryService, installations: SharedCount) {
        let installations = SharedCount(0)
        let service = try RecoveryService(
            store: log.store,
            pool: log.pool,
            engine: engine,
            administration: BuiltInPermission.administration.map(\.name) + further,
            afterwards: { installations.increment() }
        )
        return (service, installations)
    }

    /// The administrator's commands.
    var root: CommandContext { CommandContext(actor: .user(FirstStart.administrator)) }

    /// The newest event of a type.
    func newest<P: EventPayload>(_ type: P.Type) async throws -> (event: RecordedEvent, payload: P)? {
        guard let event = try await log.store.reader.eventsBackwards(types: [P.type], limit: 1).first else {
            return nil
        }
        return (event, try event.decode(P.self))
    }
}

extension Institution {
    /// What holds now, without where its intervals begin: equal states are equal texts.
    func holding() async throws -> [String] {
        let rows = try await log.pool.query(
            """
            select 'permission ' || concat_ws(' ', permission_id, name, description, changed_position)
            from access.permissions where until_position is null
            union all
            select 'role ' || concat_ws(' ', role_id, name, changed_position)
            from access.roles where until_position is null
            union all
            select 'grant ' || concat_ws(' ', role_id, permission_id, granted_position)
            from access.role_permissions where until_position is null
            union all
            select 'assignment ' || concat_ws(' ', user_id, role_id, branch_id, assigned_position, expires_at)
            from access.user_roles where until_position is null
            union all
            select 'h ' || concat_ws(' ', role_id, parent_role_id, added_position)
            from access.role_parents where until_position is null
            union all
            select 'd ' || concat_ws(' ', role_id, permission_id, denied_position)
            from access.role_denials where until_position is null
            union all
            select 'i ' || concat_ws(' ', permission_id, implied_permission_id, added_position)
            from access.implications where until_position is null
            union all
            select 's ' || concat_ws(' ', separation_id, kind, name, role_ids, cardinality, set_position)
            from access.separations where until_position is null
            union all
            select 'q ' || concat_ws(' ', role_id, maximum_holders, prerequisite_role_ids, set_position)
            from access.role_requirements where until_position is null
            union all
            select 't ' || concat_ws(' ', role_id, template_role_id, permission_ids, adopted_position)
            from access.role_templates where until_position is null
            order by 1
            """
        )
        return try rows.map { try $0.decode(String.self) }
    }

    /// Previews and restores.
    @discardableResult
    func goBack(to position: Int64, by actor: Author = Author(id: "operator")) async throws
        -> RestoreOutcome
    {
        let preview = try await recovery.preview(.position(position), by: actor)
        return try await recovery.restore(preview.token, reason: "a mistake", by: actor)
    }

    /// The last position of the log.
    var end: Int64 {
        get async throws { try await log.store.head().size - 1 }
    }
}

/// A number that several tasks count up.
final class SharedCount: Sendable {
    private let count: Mutex<Int>

    init(_ count: Int) { self.count = Mutex(count) }

    var value: Int { count.withLock { $0 } }

    func increment() { count.withLock { $0 += 1 } }
}
