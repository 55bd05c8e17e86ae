import Access
import App
import EventStore
import Foundation
import JSON
import Logging
import Monitoring
import Postgres
import Synchronization
import SystemTestSupport
import TestSupport

/// A running Daybook with its server, in a fresh database, and what watches it.
struct Watched: Sendable {
    let system: DaybookSystem
    let monitoring: MonitoringService
    let logs: LogCore
    let lines: Lines
    let address: String
    let token: String
    let directory: String

    /// What was written to the output.
    final class Lines: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
        var all: [JSONValue] {
            text.split(separator: "\n").compactMap { try? JSONValue(parsing: Array($0.utf8)) }
        }
    }

    /// Lends a system that serves.
    ///
    /// - Parameters:
    ///   - registry: what it shows as metrics; the process's own is shared with the servers of other tests.
    ///   - settings: how it is watched; by default looks are made by tests alone.
    static func open<R: Sendable>(
        url: String? = nil,
        environment: [String: String] = [:],
        registry: PrometheusRegistry = .process,
        settings: @escaping @Sendable (inout MonitoringSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (Watched) async throws -> R
    ) async throws -> R {
        if let url { return try await open(at: url, nil, environment, registry, settings, body) }
        return try await StartedSystem.withCopy { started in
            try await open(at: started.url, started, environment, registry, settings, body)
        }
    }

    private static func open<R: Sendable>(
        at url: String,
        _ started: StartedSystem?,
        _ environment: [String: String],
        _ registry: PrometheusRegistry,
        _ settings: @escaping @Sendable (inout MonitoringSettings) -> Void,
        _ body: @escaping @Sendable (Watched) async throws -> R
    ) async throws -> R {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try started?.giveKeys(to: directory.path)
        // Its tests fail to sign in as often as they like.
        var variables = ["DAYBOOK_RATE_LIMITS": "off"].merging(environment) { _, own in own }
        variables["DATABASE_URL"] = url
        let configuration = try DaybookConfiguration(
            flags: [.dataDirectory: directory.path, .port: "0"],
            environment: variables
        )
        let lines = Lines()
        let logs = LogCore(levels: LogLevels(output: .info, events: .info)) { lines.append($0) }
        defer { logs.close() }
        let logger = Logger(label: "daybook", factory: { DaybookLogHandler(label: $0, logs) })
        return try await DaybookSystem.withRunning(configuration, logger: logger) { system, token in
            let server = try DaybookServer(system, logs: logs, registry: registry) { it in
                it.interval = .seconds(3_600)
                it.verificationPace = 0
                it.node = "test-node"
                settings(&it)
            }
            let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
            let serving = Task { try await server.run { continuation.yield($0) } }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            // The server's own first look: from here on tests alone look.
            while server.monitoring.lookCount == 0, server.monitoring.settings.interval > .seconds(60) {
                try await Task.sleep(for: .milliseconds(5))
            }
            let watched = Watched(
                system: system,
                monitoring: server.monitoring,
                logs: logs,
                lines: lines,
                address: "http://127.0.0.1:\(port)",
                token: (token ?? started?.token)?.secret ?? "",
                directory: directory.path
            )
            do {
                let result = try await body(watched)
                serving.cancel()
                _ = await serving.result
                return result
            } catch {
                serving.cancel()
                _ = await serving.result
                throw error
            }
        }
    }

    /// What watches the same system at another server, or at this one after a restart.
    func another(node: String) throws -> MonitoringService {
        var settings = MonitoringSettings(node: node, dataDirectory: directory)
        settings.verificationPace = 0
        return try MonitoringService(
            settings,
            store: system.store,
            pool: system.pool,
            quietPool: system.followerPool,
            projections: system.projections,
            logs: nil,
            registry: PrometheusRegistry(),
            logger: system.logger
        )
    }

    struct Answer: Sendable {
        var status: Int
        var headers: String
        var body: String
        var json: JSONValue { (try? JSONValue(parsing: Array(body.utf8))) ?? .null }
        var items: [JSONValue] { json["items"]?.array ?? [] }
    }

    /// Sends a request.
    func send(
        _ method: String = "GET",
        _ path: String,
        token: String? = nil,
        headers: [String] = [],
        body: String? = nil,
        plainBody: String? = nil
    ) async throws -> Answer {
        var arguments = ["-s", "-i", "--max-time", "20", "-X", method]
        arguments += ["-H", "Authorization: Bearer \(token ?? self.token)"]
        for header in headers { arguments += ["-H", header] }
        if let plainBody { arguments += ["--data-binary", plainBody] }
        if let body { arguments += ["-H", "Content-Type: application/json", "--data-binary", body] }
        let text = try await Program.run(["curl"] + arguments + [address + path]).output
        let parts = text.components(separatedBy: "\r\n\r\n")
        let head = parts.first ?? ""
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Answer(status: status, headers: head, body: parts.dropFirst().joined(separator: "\r\n\r\n"))
    }
}
