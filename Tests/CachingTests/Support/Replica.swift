import Access
import App
import Caching
import Events
import Foundation
import HTTPAPI
import HTTPTypes
import HummingbirdTesting
import Institution
import JSON
import Logging
import NIOCore
import SystemTestSupport
import TestSupport
import Testing

/// A running server; two of them over one database are replicas.
struct Replica: Sendable {
    let system: DaybookSystem
    let server: DaybookServer
    private let port: Int

    var cache: Cache { server.cache.cache }

    static let admin = CommandContext(actor: .user(FirstStart.administrator))

    /// Lends replicas of one log, with or without a Redis between them.
    static func open<R: Sendable>(
        _ count: Int = 1,
        redis: RedisFixture? = nil,
        capacity: Int = 67_108_864,
        _ body: @escaping @Sendable ([Replica]) async throws -> R
    ) async throws -> R {
        try await StartedSystem.withCopy { started in
            let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
                "daybook-\(UUID().uuidString)"
            )
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: directory) }
            try started.giveKeys(to: directory.path)
            var environment = ["DATABASE_URL": started.url, "DAYBOOK_CACHE_BYTES": String(capacity)]
            environment["DAYBOOK_DATABASE_CONNECTIONS"] = "6"
            environment["DAYBOOK_FOLLOWER_CONNECTIONS"] = "3"
            if let redis { environment["REDIS_URL"] = redis.url }
            var configuration = try DaybookConfiguration(
                flags: [.dataDirectory: directory.path, .port: "0"],
                environment: environment
            )
            configuration.redis?.commandTimeout = .seconds(2)
            return try await open(count, configuration, [], body)
        }
    }

    private static func open<R: Sendable>(
        _ count: Int,
        _ configuration: DaybookConfiguration,
        _ others: [Replica],
        _ body: @escaping @Sendable ([Replica]) async throws -> R
    ) async throws -> R {
        guard count > 0 else { return try await body(others) }
        return try await DaybookSystem.withRunning(configuration, logger: LogFixture.quiet) { system, _ in
            let server = try DaybookServer(system) { settings in
                settings.interval = .seconds(3_600)
                settings.verificationPace = 0
                settings.recordsRequests = false
            }
            let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
            let serving = Task {
                defer { continuation.finish() }
                try await server.run { continuation.yield($0) }
            }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            let replica = Replica(system: system, server: server, port: port)
            let result: Result<R, any Error>
            do {
                #expect(await replica.cache.horizon.reach(1, within: .seconds(180)))
                result = .success(try await open(count - 1, configuration, others + [replica], body))
            } catch { result = .failure(error) }
            serving.cancel()
            _ = await serving.result
            return try result.get()
        }
    }

    // MARK: People

    /// The token of a user, who is made known.
    func token(of user: String = FirstStart.administrator) async throws -> String {
        let context = CommandContext(actor: .operator)
        if user != FirstStart.administrator {
            _ = try await system.tokens.register(RegisterUser(userID: user, kind: .person), context)
        }
        return try await system.tokens.issue(to: user, context).secret
    }

    /// Gives a user permissions, by a role of their own.
    func grant(_ permissions: [String], to user: String, in branch: String) async throws {
        let role = "role-\(user)-\(branch)-\(UUID().uuidString.prefix(8))"
        _ = try await system.access.defineRole(
            DefineRole(roleID: role, branch: branch, name: role, permissionIDs: permissions.sorted()),
            Self.admin
        )
        _ = try await system.access.assignRoleToUser(
            AssignRole(userID: user, roleID: role, branch: branch),
            Self.admin
        )
    }

    // MARK: Requests

    /// Lends a connection.
    func connected<R: Sendable>(_ token: String?, _ body: @escaping @Sendable (Connection) async throws -> R)
        async throws -> R
    {
        try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
            try await body(Connection(client: client, token: token))
        }
    }

    /// Sends a request over a connection of its own.
    func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        _ body: String? = nil,
        type: String = "application/json",
        headers: [String: String] = [:],
        token: String?
    ) async throws -> Answer {
        try await connected(token) { try await $0.send(method, target, body, type: type, headers: headers) }
    }

    struct Connection: Sendable {
        let client: TestClient
        let token: String?

        func send(
            _ method: HTTPRequest.Method,
            _ target: String,
            _ body: String? = nil,
            type: String = "application/json",
            headers: [String: String] = [:]
        ) async throws -> Answer {
            var fields: HTTPFields = [:]
            if let token { fields[.authorization] = "Bearer \(token)" }
            if body != nil { fields[.contentType] = type }
            for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
            let response = try await client.execute(
                TestClient.Request(
                    target,
                    method: method,
                    authority: "127.0.0.1",
                    headers: fields,
                    body: body.map { ByteBuffer(string: $0) }
                )
            )
            return Answer(
                status: Int(response.status.code),
                headers: response.headers,
                text: response.body.map { String(buffer: $0) } ?? ""
            )
        }

        /// Reports a fact; answers its position.
        func report(_ type: String, _ branch: String, _ data: JSONObject) async throws -> Answer {
            var data = data
            data["branchId"] = .string(branch)
            let event: JSONObject = [
                "specversion": "1.0", "id": .string(UUIDv7.generate().uuidString),
                "source": "https://sis.example", "type": .string("institution." + type), "branch": .string(branch),
                "data": .object(data),
            ]
            return try await send(
                .post,
                "/events",
                JSONValue.object(event).text,
                type: "application/cloudevents+json"
            )
        }
    }

    /// Two open branches with a course in each.
    func furnish(_ token: String) async throws {
        try await connected(token) { connection in
            for branch in ["north", "south"] {
                for (type, data): (String, JSONObject) in [
                    ("branch-opened", ["name": .string(branch)]),
                    ("course-created", ["courseId": .string("maths-\(branch)"), "title": "Maths"]),
                ] {
                    let answer = try await connection.report(type, branch, data)
                    #expect(answer.status == 201, "\(answer)")
                }
            }
        }
    }

    /// Waits until every read model holds what was recorded so far, and the cache has followed it.
    ///
    /// What this server decided and has not yet written down is recorded first, so that it does not come after.
    func settle() async throws {
        try await system.access.decisions.settle()
        let size = try await system.store.head().size
        for definition in system.projections.definitions where definition.manifest.mode == .following {
            try await system.projections.wait(for: definition.name, toHold: size, deadline: .seconds(180))
        }
        #expect(await cache.horizon.reach(size, within: .seconds(180)))
    }
}

/// An answer, taken apart.
struct Answer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: HTTPFields
    let text: String

    var json: JSONValue? { try? JSONValue(parsing: text) }
    var position: Int64? { self["X-Position"].flatMap { Int64($0) } }
    var etag: String? { headers[.eTag] }
    var items: [JSONValue] { json?["items"]?.array ?? [] }
    var pointers: [String] { (json?["errors"]?.array ?? []).compactMap { $0["pointer"]?.string } }
    subscript(name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    var description: String { "\(status) \(text)" }
}
