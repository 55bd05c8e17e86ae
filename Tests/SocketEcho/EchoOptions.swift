import HTTPAPI
import WebSockets

/// What the command line asks for: `--name value` pairs.
struct EchoOptions {
    var sockets = WebSocketSettings()
    var limits = SocketLimits()
    var server = ServerSettings(port: 0, maximumConnections: 20_000)
    /// A plain echo of frames by NIO alone, to measure beside.
    var isBare = false

    struct Mistake: Error {}

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Mistake() }
            guard let number = Int(value) else {
                guard name == "--origin", let origins = WebOrigins([value]) else { throw Mistake() }
                limits.origins = origins
                continue
            }
            switch name {
            case "--bare": isBare = number != 0
            case "--message-bytes": sockets.maximumMessageBytes = number
            case "--frames-per-second": sockets.framesPerSecond = Double(number)
            case "--frame-burst": sockets.frameBurst = number
            case "--outgoing-bytes": sockets.outgoingBytes = number
            case "--outgoing-messages": sockets.outgoingMessages = number
            case "--ping-ms": sockets.pingInterval = .milliseconds(number)
            case "--pong-ms": sockets.pongTimeout = .milliseconds(number)
            case "--close-ms": sockets.closeTimeout = .milliseconds(number)
            case "--sign-in-ms": limits.signInTimeout = .milliseconds(number)
            case "--idle-ms": server.idleTimeout = .milliseconds(number)
            case "--grace-ms": limits.handlerGrace = .milliseconds(number)
            case "--sockets": limits.maximum = number
            case "--sockets-per-actor": limits.maximumPerActor = number
            case "--sockets-per-address": limits.maximumPerAddress = number
            case "--sockets-waiting": limits.maximumWaiting = number
            default: throw Mistake()
            }
        }
    }
}
