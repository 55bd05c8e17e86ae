import Logging

/// What all sockets of a server share.
final class SocketDoor: Sendable {
    let limits: SocketLimits
    let census: SocketCensus
    let taken = TakenConnections()
    let services: EndpointServices

    init(_ limits: SocketLimits, _ services: EndpointServices) {
        self.limits = limits
        self.services = services
        census = SocketCensus(limits)
    }
}
