import Access
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import NIOCore
import TestSupport
import Testing

/// The routes over a real log; whoever bears `Bearer NAME` is signed in as NAME.
struct RouteFixture {
    let access: AccessFixture
    private let client: any TestClientProtocol

    static func withRoutes<R: Sendable>(_ body: @Sendable (RouteFixture) async throws -> R) async throws -> R {
        try await AccessFixture.withAccess { access in
            let application = try APIServer.application(
                Endpoint.rbac(access.access) + Endpoint.users(access.tokens),
                description: APIDescription(title: "Test", version: "1", summary: "Test"),
                readiness: [],
                services: EndpointServices(
                    authenticator: NameAuthenticator(),
                    authorizer: SnapshotAuthorizer(directory: access.access.directory),
                    cursors: CursorSeal(key: Array(repeating: 7, count: 32))
                ),
                settings: ServerSettings(port: 0),
                logger: LogFixture.quiet
            )
            return try await application.test(.router) { client in
                try await body(RouteFixture(access: access, client: client))
            }
        }
    }

    /// Sends a request, as the administrator unless it says otherwise.
    func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        _ body: String? = nil,
        as user: String? = FirstStart.administrator,
        headers: [String: String] = [:]
    ) async throws -> RouteAnswer {
        var fields: HTTPFields = [:]
        if let user { fields[.authorization] = "Bearer \(user)" }
        if let body {
            fields[.contentType] = "application/json"
            fields[.contentLength] = String(body.utf8.count)
        }
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        return try await client.execute(
            uri: target,
            method: method,
            headers: fields,
            body: body.map { ByteBuffer(string: $0) }
        ) { response in
            RouteAnswer(
                status: Int(response.status.code),
                headers: response.headers,
                text: String(buffer: response.body)
            )
        }
    }
}

/// An answer, taken apart.
struct RouteAnswer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: HTTPFields
    let text: String

    var json: JSONValue? { try? JSONValue(parsing: text) }
    /// The last part of a problem's type.
    var problem: String? { json?["type"]?.string.map { String($0.split(separator: ":").last ?? "") } }
    /// One member after another from the top.
    subscript(path: String...) -> JSONValue? {
        path.reduce(json) { value, name in
            if let index = Int(name), let array = value?.array {
                array.indices.contains(index) ? array[index] : nil
            } else {
                value?[name]
            }
        }
    }
    var description: String { "\(status) \(text)" }
}

private struct NameAuthenticator: Authenticator {
    func authenticate(bearer token: String) async throws -> SignIn {
        SignIn(actor: token, method: .jwt(issuer: "test"))
    }
}

private struct SnapshotAuthorizer: Authorizer {
    let directory: AccessDirectory

    func authorize(
        actor: String,
        permission: String,
        in scope: BranchScope,
        for context: HTTPAPI.RequestContext
    ) async throws -> AccessDecision {
        let model = try await directory.current(since: context.startedAt).model
        let scope: AccessScope =
            switch scope {
            case .institution: .institution
            case .branch(let branch): .branch(branch)
            case .anywhere: .anywhere
            }
        return AccessDecision(isAllowed: model.check(actor, permission, in: scope, at: context.now).isAllowed)
    }
}
