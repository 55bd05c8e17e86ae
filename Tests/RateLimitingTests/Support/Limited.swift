import Access
import App
import EventStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import JSON
import Logging
import Monitoring
import NIOCore
import RateLimiting
import SystemTestSupport
import TestSupport

/// A running Daybook whose server limits requests, and believes the machine itself where they come from.
struct Limited: Sendable {
    let system: DaybookSystem
    let server: DaybookServer
    let url: String
    let directory: URL
    let token: String
    private let port: Int

    /// The context of the first administrator.
    static let admin = CommandContext(actor: .user(FirstStart.administrator))

    /// Lends a server.
    ///
    /// - Parameters:
    ///   - replicaOf: another, whose database and keys it shares.
    ///   - environment: further settings.
    static func open<R: Sendable>(
        replicaOf other: Limited? = nil,
        environment: [String: String] = [:],
        logger: Logger = RateLimiterTests.quiet,
        _ body: @escaping @Sendable (Limited) async throws -> R
    ) async throws -> R {
        guard let other else {
            return try await StartedSystem.withCopy { started in
                try await open(at: started.url, started.token.secret, started.giveKeys, environment, logger, body)
            }
        }
        let giveKeys = { (directory: String) in
            try FileManager.default.copyItem(
                at: other.directory.appendingPathComponent("keys"),
                to: URL(fileURLWithPath: directory).appendingPathComponent("keys")
            )
        }
        return try await open(at: other.url, other.token, giveKeys, environment, logger, body)
    }

    private static func open<R: Sendable>(
        at url: String,
        _ token: String,
        _ giveKeys: (String) throws -> Void,
        _ environment: [String: String],
        _ logger: Logger,
        _ body: @escaping @Sendable (Limited) async throws -> R
    ) async throws -> R {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try giveKeys(directory.path)
        let settings = ["DATABASE_URL": url, "DAYBOOK_TRUSTED_PROXIES": "127.0.0.1"]
        let configuration = try DaybookConfiguration(
            flags: [.dataDirectory: directory.path, .port: "0"],
            environment: settings.merging(environment) { _, own in own }
        )
        return try await DaybookSystem.withRunning(configuration, logger: logger) { system, _ in
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
            let limited = Limited(
                system: system,
                server: server,
                url: url,
                directory: directory,
                token: token,
                port: port
            )
            let result: Result<R, any Error>
            do { result = .success(try await body(limited)) } catch { result = .failure(error) }
            serving.cancel()
            _ = await serving.result
            return try result.get()
        }
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let text: String
        var json: JSONValue? { try? JSONValue(parsing: text) }
    }

    /// Sends a request, as from an address.
    func send(
        _ method: HTTPRequest.Method = .get,
        _ target: String,
        _ body: String? = nil,
        token: String? = nil,
        from address: String? = nil,
        anonymously: Bool = false
    ) async throws -> Answer {
        var fields: HTTPFields = anonymously ? [:] : [.authorization: "Bearer \(token ?? self.token)"]
        if body != nil { fields[.contentType] = "application/json" }
        if let address, let name = HTTPField.Name("X-Forwarded-For") { fields[name] = address }
        let message = TestClient.Request(
            target,
            method: method,
            authority: "127.0.0.1",
            headers: fields,
            body: body.map { ByteBuffer(string: $0) }
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

    /// The token of a user, who is made known.
    func token(of user: String) async throws -> String {
        let context = CommandContext(actor: .operator)
        _ = try await system.tokens.register(RegisterUser(userID: user, kind: .person), context)
        return try await system.tokens.issue(to: user, context).secret
    }
}
