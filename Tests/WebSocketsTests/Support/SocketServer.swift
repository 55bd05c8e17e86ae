import HTTPAPI
import Logging
import ServiceLifecycle
import Testing

/// A server in this process with sockets of a test's own.
enum SocketServer {
    /// Runs one on a free port while `body` runs, and then has it shut down.
    static func run(
        _ sockets: [WebSocketEndpoint],
        _ services: EndpointServices,
        _ body: (_ port: Int) async throws -> Void
    ) async throws {
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let application = try APIServer.application(
            [],
            sockets: sockets,
            description: APIDescription(version: "1"),
            readiness: [],
            services: services,
            settings: ServerSettings(port: 0),
            logger: logger,
            onListening: { announce.yield($0) }
        )
        let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
        async let running: Void = group.run()
        var iterator = ports.makeAsyncIterator()
        try await body(try #require(await iterator.next()))
        await group.triggerGracefulShutdown()
        try await running
    }
}
