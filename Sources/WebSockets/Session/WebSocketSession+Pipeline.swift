package import NIOCore
import NIOWebSocket

extension WebSocketSession {
    /// Triggered outbound when those who handled the connection before are done with it: their closing it was no matter,
    /// from now on a close is one.
    package struct Released: Sendable {
        /// The event.
        package init() {}
    }

    /// Puts a session into the pipeline of a connection, whose handshake was answered. On the event loop.
    ///
    /// - Parameter position: where bytes of the connection arrive.
    package static func begin(
        on channel: any Channel,
        after position: any ChannelHandler,
        _ settings: WebSocketSettings,
        subprotocol: String? = nil,
        allowsDeflate: Bool = false
    ) throws -> WebSocketSession {
        let handler = SessionHandler(settings, allowsDeflate: allowsDeflate)
        let session = WebSocketSession(
            settings,
            subprotocol: subprotocol,
            allowsDeflate: allowsDeflate,
            handler: handler,
            eventLoop: channel.eventLoop
        )
        handler.begin(session)
        let decoder = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: settings.maximumMessageBytes))
        try channel.pipeline.syncOperations.addHandlers([decoder, handler], position: .after(position))
        return session
    }

    /// Closes as the server is shutting down.
    package func closeForShutdown() { close(.shuttingDown) }
}
