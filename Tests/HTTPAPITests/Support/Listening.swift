import Hummingbird
import Logging
import ServiceLifecycle

@testable import HTTPAPI

/// Runs a server of its own on a free port while `body` runs, then stops it gracefully.
func withListening<Outcome: Sendable>(
    _ application: @escaping @Sendable (@escaping @Sendable (Int) async -> Void) throws -> any ApplicationProtocol,
    _ body: (Int) async throws -> Outcome
) async throws -> Outcome {
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let application = try application { continuation.yield($0) }
    let group = ServiceGroup(configuration: .init(services: [application], logger: .silent))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        let outcome: Result<Outcome, any Error>
        do {
            outcome = .success(try await body(await iterator.next() ?? 0))
        } catch {
            outcome = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return try outcome.get()
    }
}

/// Runs a plain router as a server.
func withListening<Outcome: Sendable>(
    _ router: Router<BasicRequestContext>,
    _ body: (Int) async throws -> Outcome
) async throws -> Outcome {
    let responder = router.buildResponder()
    return try await withListening(
        { onListening in
            Application(
                responder: responder,
                configuration: .init(address: .hostname("127.0.0.1", port: 0)),
                onServerRunning: { await onListening($0.localAddress?.port ?? 0) },
                logger: .silent
            )
        },
        body
    )
}

/// Runs the test API as a server.
func withTestAPI<Outcome: Sendable>(
    settings: ServerSettings = ServerSettings(port: 0),
    adding endpoints: [Endpoint] = [],
    _ body: (Int) async throws -> Outcome
) async throws -> Outcome {
    try await withListening(
        { onListening in
            try APIServer.application(
                TestAPI.endpoints + endpoints,
                description: APIDescription(version: "1"),
                readiness: [],
                services: TestAPI.services(),
                settings: settings,
                logger: .silent,
                onListening: onListening
            )
        },
        body
    )
}
