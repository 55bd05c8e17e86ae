import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Logging
import Time

@testable import HTTPAPI

/// Knows one token, and hands all others to an identity provider if there is one.
struct FixedToken: Authenticator {
    let jwt: JWTAuthenticator?

    func authenticate(bearer token: String) async throws -> SignIn {
        if token == TestAPI.token { return SignIn(actor: "ada", method: .apiToken(id: "0123456789abcdef01234567")) }
        guard let jwt else { throw AuthenticationFailure(.invalidToken, #"The "token" is not known\"#) }
        return try await jwt.authenticate(bearer: token)
    }
}

/// Grants what it was given: `actor permission` for the institution, `actor permission branch` for a branch.
struct FixedGrants: Authorizer {
    var grants: Set<String> = []

    func authorize(
        actor: String,
        permission: String,
        in scope: BranchScope,
        for context: HTTPAPI.RequestContext
    ) async throws -> AccessDecision {
        let institution = grants.contains("\(actor) \(permission)")
        switch scope {
        case .institution:
            return AccessDecision(isAllowed: institution)
        case .branch(let branch):
            return AccessDecision(isAllowed: institution || grants.contains("\(actor) \(permission) \(branch)"))
        case .anywhere:
            let isAnywhere = grants.contains {
                $0 == "\(actor) \(permission)" || $0.hasPrefix("\(actor) \(permission) ")
            }
            return AccessDecision(isAllowed: isAnywhere)
        }
    }
}

/// Has seen the first hundred events and waits for nothing.
struct HundredSeen: PositionGate {
    func wait(for position: Int64) async throws {
        guard position <= 100 else {
            throw Problem.unavailable(retryAfter: .seconds(1), "Position \(position) was not seen yet.")
        }
    }
}

struct RoleName: JSONReadable {
    let name: String
    let tags: [String]

    static let schema = Schema.object(
        .required("name", .string(StringRule(1...100))),
        .optional("tags", .array(of: .string(StringRule(1...20)), count: 0...5))
    ).named("RoleName")

    init(reading reader: inout JSONReader) {
        name = reader.string("name", StringRule(1...100))
        tags = reader.stringsIfPresent("tags", each: StringRule(1...20), count: 0...5) ?? []
    }
}

struct Thing: Sendable {
    let id: String
    let count: Int64?

    static let columns = Columns<Thing>(
        "Thing",
        .init("id", .identifier) { .string($0.id) },
        .init("count", .integer()) { .optional($0.count) }
    )
}

/// An error that nobody prepared for the edge.
struct SecretError: Error, CustomStringConvertible {
    let description = "password=hunter2\nforged line"
}

/// A small API with one endpoint for each thing that the pipeline does.
enum TestAPI {
    static let endpoints: [Endpoint] = [
        Endpoint(.get, "/open", "Open", tag: "t", access: .open, outputs: .text("Hello.")) { _ in .text("hello") },
        Endpoint(
            .get,
            "/me",
            "Tell who is signed in",
            tag: "t",
            access: .signedIn,
            outputs: .json(.ok, .anyObject, "Who.")
        ) { context in
            .json { writer in
                writer.object { writer in
                    writer.member("actor", context.actor)
                    writer.member("correlationId", context.correlationID)
                    writer.member("requestId", context.requestID)
                    writer.member("userAgent", context.userAgent ?? "")
                    writer.member("address", context.clientAddress ?? "")
                }
            }
        },
        Endpoint(
            .get,
            "/roles/{roleId}",
            "Read a role",
            tag: "t",
            access: .permission("roles:read"),
            inputs: Path("roleId", .identifier, "The role."),
            AsOf(clock: { Timestamp(microseconds: 1_800_000_000_000_000) }),
            outputs: .json(.ok, .anyObject, "The role."),
            problems: .notFound
        ) { context, roleID, asOf in
            if roleID == "missing" { throw Problem.notFound("role", roleID) }
            if let unchanged = context.notModified(at: 17) { return unchanged }
            return .json(position: 17) { writer in
                writer.object { writer in
                    writer.member("id", roleID)
                    writer.member("asOf", asOf.map { "\($0)" } ?? "now")
                }
            }
        },
        Endpoint(
            .put,
            "/roles/{roleId}",
            "Rename a role",
            tag: "t",
            access: .permission("roles:write", in: .parameter("branchId")),
            inputs: Path("roleId", .identifier, "The role."),
            Query("branchId", .identifier, "The branch."),
            IdempotencyHeader(),
            JSONBody(RoleName.self, maximumBytes: 1_000),
            outputs: .json(.ok, RoleName.schema, "The role."),
            problems: .versionConflict
        ) { _, roleID, branchID, key, body in
            if roleID == "changed" { throw Problem.versionConflict(current: 7, "The role is at version 7.") }
            return .json(position: 18) { writer in
                writer.object { writer in
                    writer.member("name", body.name)
                    writer.member("branch", branchID ?? "institution")
                    writer.member("key", key.map { "\($0.scope) \($0.key) \($0.requestDigest)" } ?? "none")
                }
            }
        },
        Endpoint(
            .delete,
            "/roles/{roleId}",
            "Delete a role",
            tag: "t",
            access: .permission("roles:write", in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            outputs: .noContent("It is gone.")
        ) { context, roleID in
            if roleID != "forgotten" { try await context.require("roles:write", in: .branch("north")) }
            return .noContent
        },
        Endpoint(
            .get,
            "/things",
            "List things",
            tag: "t",
            access: .signedIn,
            inputs: Paging(default: 2, maximum: 10),
            Query("text", .text(1...20), "Filter."),
            outputs: .listing(Thing.columns, "The things.")
        ) { context, page, _ in
            let all = (0..<5).map { Thing(id: "=\($0)", count: $0 == 1 ? nil : Int64($0)) }
            let first = page.after.map { Int($0.position) + 1 } ?? 0
            let rows = [Thing](all[first..<min(first + page.limit, all.count)])
            let last = first + rows.count - 1
            let next = last + 1 < all.count ? PageCursor(position: Int64(last)) : nil
            return .listing(rows, Thing.columns, page: page, next: next, position: 5, context)
        },
        Endpoint(
            .get,
            "/stream",
            "Stream things",
            tag: "t",
            access: .open,
            outputs: .listing(Thing.columns, "The things.")
        ) { context in
            let batches = AsyncStream<[Thing]> { continuation in
                for batch in 0..<40 {
                    continuation.yield((0..<100).map { Thing(id: "id-\(batch)-\($0)", count: Int64($0)) })
                }
                continuation.finish()
            }
            return .listing(streaming: batches, Thing.columns, position: 9, context)
        },
        Endpoint(.get, "/broken", "Break", tag: "t", access: .open, outputs: .text("Never.")) { _ in
            throw SecretError()
        },
        Endpoint(
            .get,
            "/away",
            "Be away",
            tag: "t",
            access: .open,
            outputs: .text("Never.")
        ) { _ in
            throw Problem.unavailable(retryAfter: .milliseconds(1_500), "The database is away.")
        },
    ]

    static let token = "dbk_0123456789abcdef01234567_" + String(repeating: "s", count: 43)

    static func services(
        grants: Set<String> = ["ada roles:read", "ada roles:write"],
        jwt: JWTAuthenticator? = nil
    ) -> EndpointServices {
        EndpointServices(
            authenticator: FixedToken(jwt: jwt),
            authorizer: FixedGrants(grants: grants),
            positionGate: HundredSeen(),
            cursors: CursorSeal(key: [UInt8](repeating: 7, count: 32)),
            maximumBodyBytes: 100_000
        )
    }

    static func application(
        grants: Set<String> = ["ada roles:read", "ada roles:write"],
        jwt: JWTAuthenticator? = nil,
        readiness: [any ReadinessCheck] = [],
        settings: ServerSettings = ServerSettings(port: 0),
        logger: Logger = .silent
    ) throws -> Application<EndpointResponder> {
        try APIServer.application(
            endpoints,
            description: APIDescription(version: "1.2.3"),
            readiness: readiness,
            services: services(grants: grants, jwt: jwt),
            settings: settings,
            logger: logger
        )
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
