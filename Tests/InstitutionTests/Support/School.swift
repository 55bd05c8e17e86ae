import Access
import EventStore
import Events
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Institution
import JSON
import Logging
import NIOCore
import Postgres
import ProjectionEngine
import TestSupport
import Testing
import Time

@testable import HTTPAPI

/// A school over a real log: its access rights, its intake and its read models. Whoever bears `Bearer NAME` is signed in
/// as NAME.
struct School: Sendable {
    let log: LogFixture
    let engine: ProjectionEngine
    let access: AccessService
    let institution: InstitutionService
    let client: any TestClientProtocol

    /// Databases with a migrated log and its read models.
    private static let prepared = DatabaseTemplate("school", prepare: prepare)
    /// One that puts texts in the order of an English dictionary, and not of their bytes.
    private static let ofWords = DatabaseTemplate(
        "school_of_words",
        options: "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'",
        prepare: prepare
    )

    @Sendable private static func prepare(_ url: String) async throws {
        let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url), logger: LogFixture.quiet)
        _ = try await LogSchema.migrate(connection, logger: LogFixture.quiet)
        await connection.close()
        try await withPool(url) { try await ProjectionEngine(pool: $0, logger: LogFixture.quiet).prepare() }
    }

    /// Each school keeps a good many connections to the one server.
    private static let places = Places(3)

    /// Lends an opened school, reached through the router or over a real connection.
    ///
    /// - Parameter isOfWords: whether its database has an order of texts of its own.
    static func open<R: Sendable>(
        over setup: TestingSetup = .router,
        isOfWords: Bool = false,
        _ body: @escaping @Sendable (School) async throws -> R
    ) async throws -> R {
        await places.enter()
        defer { places.leave() }
        return try await PostgresFixture.withFreshDatabase(isOfWords ? ofWords : prepared) { url in
            try await withPool(url) { pool in
                let engine = try ProjectionEngine(pool: pool, logger: LogFixture.quiet)
                // Rights on a database are not copied with it.
                try await engine.prepare()
                return try await LogFixture.withLog(at: url, inline: engine.inlineProjections) { log in
                    try await withFollowing(engine) { try await serve(log, engine, setup, body) }
                }
            }
        }
    }

    private static func serve<R: Sendable>(
        _ log: LogFixture,
        _ engine: ProjectionEngine,
        _ setup: TestingSetup,
        _ body: @escaping @Sendable (School) async throws -> R
    ) async throws -> R {
        let directory = try AccessDirectory(store: log.store, pool: log.pool, logger: LogFixture.quiet)
        let access = try AccessService(store: log.store, pool: log.pool, directory: directory)
        let institution = try InstitutionService(store: log.store, pool: log.pool, engine: engine)
        _ = try await FirstStart(access: access).install()
        let reach = InstitutionAccess(service: institution, directory: directory, decisions: access.decisions)
        let application = try APIServer.application(
            Endpoint.events(reach) + Endpoint.institution(reach) + Endpoint.analytics(reach)
                + Endpoint.authZEN(AuthZENAccess(access: access, institution: institution)),
            description: APIDescription(version: "1"),
            readiness: [],
            services: EndpointServices(
                authenticator: NamedUser(),
                authorizer: DirectoryAuthorizer(directory: directory),
                positionGate: Gate(engine: engine),
                cursors: CursorSeal(key: [UInt8](repeating: 7, count: 32))
            ),
            settings: ServerSettings(port: 0),
            logger: LogFixture.quiet
        )
        return try await application.test(setup) { client in
            try await body(
                School(log: log, engine: engine, access: access, institution: institution, client: client)
            )
        }
    }

    private static func withFollowing<R>(_ engine: ProjectionEngine, _ body: () async throws -> R) async throws -> R {
        let following = Task { try await engine.run() }
        let result: Result<R, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        following.cancel()
        _ = await following.result
        return try result.get()
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
}

/// Takes the user's name for the token.
private struct NamedUser: Authenticator {
    func authenticate(bearer token: String) async throws -> SignIn {
        SignIn(actor: token, method: .jwt(issuer: "test"))
    }
}

/// Asks access in memory.
private struct DirectoryAuthorizer: Authorizer {
    let directory: AccessDirectory

    func authorize(
        actor: String,
        permission: String,
        in scope: BranchScope,
        for context: HTTPAPI.RequestContext
    ) async throws -> AccessDecision {
        let model = try await directory.current(since: context.startedAt).model
        let place: AccessScope =
            switch scope {
            case .institution: .institution
            case .branch(let branch): .branch(branch)
            case .anywhere: .anywhere
            }
        return AccessDecision(isAllowed: model.check(actor, permission, in: place, at: context.now).isAllowed)
    }
}

/// Waits for every read model.
private struct Gate: PositionGate {
    let engine: ProjectionEngine

    func wait(for position: Int64) async throws {
        for definition in engine.definitions where definition.manifest.mode == .following {
            try await engine.wait(for: definition.name, toHold: position + 1, deadline: .seconds(20))
        }
    }
}
