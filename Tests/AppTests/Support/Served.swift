import Access
import App
import Foundation
import HTTPAPI
import HTTPTypes
import HummingbirdTesting
import JSON
import Logging
import NIOCore
import SystemTestSupport
import TestSupport

/// A running Daybook with its server, in a fresh database, as it is wired for use.
struct Served: Sendable {
    let system: DaybookSystem
    /// What the server answers.
    let endpoints: [Endpoint]
    /// The pages of its console.
    let pages: [Endpoint]
    /// Where the database is.
    let url: String
    /// Where it listens.
    let port: Int
    private let directory: URL

    static let quiet = Logger(label: "test.app", factory: { _ in SwiftLogNoOpLogHandler() })
    /// The context of the first administrator.
    static let admin = CommandContext(actor: .user(FirstStart.administrator))

    /// Lends a server that serves.
    ///
    /// - Parameter environment: what else is configured.
    static func open<R: Sendable>(
        with environment: [String: String] = [:],
        _ body: @escaping @Sendable (Served) async throws -> R
    ) async throws -> R {
        try await StartedSystem.withCopy { started in
            try await withDirectory { directory in
                try started.giveKeys(to: directory.path)
                return try await open(at: started.url, in: directory, with: environment, body)
            }
        }
    }

    /// Lends another server over the same database: a replica, with the same signing key.
    ///
    /// - Parameter environment: what is configured for it.
    func openReplica<R: Sendable>(
        with environment: [String: String] = [:],
        _ body: @escaping @Sendable (Served) async throws -> R
    ) async throws -> R {
        try await Self.withDirectory { another in
            let keys = directory.appendingPathComponent("keys")
            try FileManager.default.copyItem(at: keys, to: another.appendingPathComponent("keys"))
            return try await Self.open(at: url, in: another, with: environment, body)
        }
    }

    private static func withDirectory<R>(_ body: (URL) async throws -> R) async throws -> R {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        return try await body(directory)
    }

    /// Lends a server over a database that is there, with the keys of a data directory.
    private static func open<R: Sendable>(
        at url: String,
        in directory: URL,
        with environment: [String: String],
        _ body: @escaping @Sendable (Served) async throws -> R
    ) async throws -> R {
        let configuration = try DaybookConfiguration(
            flags: [.dataDirectory: directory.path, .port: "0"],
            // Its tests try every door, from one address.
            environment: ["DATABASE_URL": url, "DAYBOOK_RATE_LIMITS": "off"].merging(environment) { $1 }
        )
        return try await DaybookSystem.withRunning(configuration, logger: quiet) { system, _ in
            let server = try DaybookServer(system) { settings in
                settings.interval = .seconds(3_600)
                settings.verificationPace = 0
            }
            let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
            let serving = Task {
                defer { continuation.finish() }
                try await server.run { continuation.yield($0) }
            }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            let served = Served(
                system: system,
                endpoints: server.endpoints,
                pages: server.pages,
                url: url,
                port: port,
                directory: directory
            )
            let result: Result<R, any Error>
            do { result = .success(try await body(served)) } catch { result = .failure(error) }
            serving.cancel()
            _ = await serving.result
            return try result.get()
        }
    }

    // MARK: People

    /// The token of a user, who is made known.
    func token(of user: String) async throws -> String {
        let context = CommandContext(actor: .operator)
        if user != FirstStart.administrator {
            _ = try await system.tokens.register(RegisterUser(userID: user, kind: .person), context)
        }
        return try await system.tokens.issue(to: user, context).secret
    }

    /// Gives a user permissions, by a role of their own.
    func grant(_ permissions: some Collection<String>, to user: String, in branch: String, role: String) async throws {
        _ = try await system.access.defineRole(
            DefineRole(roleID: role, branch: branch, name: role, permissionIDs: permissions.sorted()),
            Self.admin
        )
        _ = try await system.access.assignRoleToUser(
            AssignRole(userID: user, roleID: role, branch: branch),
            Self.admin
        )
    }

    /// The names of all permissions.
    func permissions() async throws -> [String] {
        try await system.access.getAllPermissions().value.map(\.name)
    }

    // MARK: Requests

    /// Sends a request, each over a connection of its own.
    func send(_ request: Sending, token: String?) async throws -> Answer {
        var fields: HTTPFields = [:]
        if let token { fields[.authorization] = "Bearer \(token)" }
        if request.body != nil { fields[.contentType] = request.type }
        for (name, value) in request.headers { if let name = HTTPField.Name(name) { fields[name] = value } }
        let message = TestClient.Request(
            request.target,
            method: request.method,
            authority: "127.0.0.1",
            headers: fields,
            body: request.body.map { ByteBuffer(string: $0) }
        )
        return try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
            let response = try await client.execute(message)
            return Answer(
                status: Int(response.status.code),
                headers: response.headers,
                text: response.body.map { String(buffer: $0) } ?? ""
            )
        }
    }

    /// Waits until every read model holds what was recorded so far.
    func settle() async throws {
        try await system.access.decisions.settle()
        let size = try await system.store.head().size
        for definition in system.projections.definitions where definition.manifest.mode == .following {
            try await system.projections.wait(for: definition.name, toHold: size, deadline: .seconds(180))
        }
    }
}

/// A request.
struct Sending: Sendable, CustomStringConvertible {
    var method: HTTPRequest.Method
    var target: String
    var body: String?
    var type = "application/json"
    var headers: [String: String] = [:]

    init(_ method: HTTPRequest.Method, _ target: String, _ body: String? = nil, headers: [String: String] = [:]) {
        self.method = method
        self.target = target
        self.body = body
        self.headers = headers
    }

    var description: String { "\(method) \(target) \(headers.isEmpty ? "" : "\(headers) ")\(body ?? "")" }
}

/// An answer, taken apart.
struct Answer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: HTTPFields
    let text: String

    var json: JSONValue? { try? JSONValue(parsing: text) }
    /// The last part of a problem's type.
    var problem: String? { json?["type"]?.string.map { String($0.split(separator: ":").last ?? "") } }
    var items: [JSONValue] { json?["items"]?.array ?? [] }
    /// All that the client hears: the fields' values and the body.
    var everything: String { headers.map(\.value).joined(separator: "\n") + "\n" + text }
    var description: String { "\(status) \(text)" }
}
