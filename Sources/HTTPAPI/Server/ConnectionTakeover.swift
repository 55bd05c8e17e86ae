import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import WebSockets

/// Takes a connection from HTTP to WebSockets after 101 was answered.
enum ConnectionTakeover {
    /// Takes the handlers of HTTP out and puts a session in their place. What came after the request goes to the session.
    static func begin(
        on channel: any Channel,
        _ settings: WebSocketSettings,
        _ handshake: SocketHandshake
    ) async throws -> WebSocketSession {
        let (subprotocol, allowsDeflate) = (handshake.subprotocol, handshake.allowsDeflate)
        return try await channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let guardian = try pipeline.handler(type: ConnectionGuard.self)
            guard guardian.isSwitching, channel.isActive else { throw ChannelError.ioOnClosedChannel }
            let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let last = try pipeline.handler(type: HTTPConnectionStateHandler.self)
            let session = try WebSocketSession.begin(
                on: channel,
                after: last,
                settings,
                subprotocol: subprotocol,
                allowsDeflate: allowsDeflate
            )
            let isShuttingDown = guardian.isShuttingDown
            for context in [
                try pipeline.context(handlerType: HTTPResponseEncoder.self),
                try pipeline.context(handlerType: ConnectionGuard.self),
                try pipeline.context(handlerType: HTTP1ToHTTPServerCodec.self),
                try pipeline.context(handlerType: HTTPConnectionStateHandler.self),
                // Last, as it hands on what it has not read.
                decoder,
            ] {
                pipeline.removeHandler(context: context, promise: nil)
            }
            channel.read()
            if isShuttingDown { session.closeForShutdown() }
            return session
        }.get()
    }
}
