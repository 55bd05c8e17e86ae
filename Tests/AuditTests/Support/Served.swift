import Access
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Logging
import NIOCore
import Testing

@testable import HTTPAPI

/// An answer, taken apart.
struct Answer {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var json: JSONValue? { try? JSONValue(parsing: bytes) }
    var position: Int64? { headers[HTTPField.Name.position].flatMap { Int64($0) } }
    var lines: [String] { text.split(whereSeparator: \.isNewline).map(String.init) }
}

/// Takes the user's name for the token.
private struct NamedUser: Authenticator {
    func authenticate(bearer token: String) async throws -> SignIn {
        SignIn(actor: token, method: .apiToken(id: "0123456789abcdef01234567"))
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
        let model = try await directory.current().model
        let place: AccessScope =
            switch scope {
            case .institution: .institution
            case .branch(let branch): .branch(branch)
            case .anywhere: .anywhere
            }
        return AccessDecision(isAllowed: model.check(actor, permission, in: place, at: context.now).isAllowed)
    }
}

extension Institution {
    /// Sends one request through the whole pipeline.
    func send(
        _ method: HTTPRequest.Method = .get,
        _ target: String,
        as actor: String = FirstStart.administrator,
        accept: String? = nil,
        key: String? = nil,
        body: String? = nil
    ) async throws -> Answer {
        let history = HistoryAccess(directory: directory)
        let app = try APIServer.application(
            Endpoint.audit(audit, history)
                + Endpoint.log(LogAccess(store: log.store, audit: audit, history: history))
                + Endpoint.recovery(recovery) + Endpoint.projections(engine),
            description: APIDescription(version: "1.2.3"),
            readiness: [ProjectionReadiness(engine: engine)],
            services: EndpointServices(
                authenticator: NamedUser(),
                authorizer: DirectoryAuthorizer(directory: directory),
                cursors: CursorSeal(key: [UInt8](repeating: 7, count: 32))
            ),
            settings: ServerSettings(port: 0),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        var headers: HTTPFields = [.authorization: "Bearer \(actor)", .userAgent: "test client"]
        if let accept { headers[.accept] = accept }
        if let key { headers[HTTPField.Name.idempotencyKey] = "\"\(key)\"" }
        if let body {
            headers[.contentType] = "application/json"
            headers[.contentLength] = String(body.utf8.count)
        }
        let sent = headers
        return try await app.test(.router) { client in
            try await client.execute(
                uri: target,
                method: method,
                headers: sent,
                body: body.map { ByteBuffer(string: $0) }
            ) { response in
                Answer(
                    status: Int(response.status.code),
                    headers: response.headers,
                    bytes: Array(response.body.readableBytesView)
                )
            }
        }
    }
}
