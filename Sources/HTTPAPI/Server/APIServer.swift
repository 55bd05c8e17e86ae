package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore

/// Puts the server together from its endpoints.
package enum APIServer {
    /// The server as a service: it listens while it runs, and at graceful shutdown answers what it has begun.
    ///
    /// `/livez`, `/readyz` and `/openapi.json` come with it. Throws if two endpoints are the same.
    ///
    /// - Parameters:
    ///   - sockets: WebSockets beside the endpoints.
    ///   - socketLimits: who may open how many of them.
    ///   - onListening: called with the port once requests are taken.
    package static func application(
        _ endpoints: [Endpoint],
        sockets: [WebSocketEndpoint] = [],
        socketLimits: SocketLimits = SocketLimits(),
        description: APIDescription,
        readiness: [any ReadinessCheck],
        services: EndpointServices,
        settings: ServerSettings,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws -> Application<EndpointResponder> {
        let door = SocketDoor(socketLimits, services)
        let endpoints = try endpoints + sockets.map { socket throws(EndpointError) in try socket.endpoint(door) }
        let health = [Endpoint.livez, Endpoint.readyz(readiness)]
        let document = OpenAPIDocument(description, endpoints.filter { $0.door == nil } + health)
        let responder = try EndpointResponder(endpoints + health + [document.endpoint], services)
        // No endpoint takes a longer one.
        let maximumBodyBytes = endpoints.compactMap { $0.operation.body?.maximumBytes }
            .reduce(services.maximumBodyBytes, max)
        return Application(
            responder: responder,
            server: HTTPServerBuilder { responder in
                GuardedHTTP1Channel(
                    responder: responder,
                    settings: settings,
                    maximumBodyBytes: maximumBodyBytes,
                    taken: door.taken
                )
            },
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                serverName: nil,
                backlog: 1_024,
                availableConnectionsDelegate: .maximum(settings.maximumConnections, logger: logger)
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? settings.port) },
            logger: logger
        )
    }
}
