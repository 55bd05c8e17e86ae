import HTTPTypes
import WebSockets

/// How requests for one WebSocket are read and answered.
struct SocketUpgrade: Sendable {
    let door: SocketDoor
    let access: EndpointAccess
    let subprotocols: [String]
    let settings: WebSocketSettings

    init(_ door: SocketDoor, access: EndpointAccess, subprotocols: [String], settings: WebSocketSettings) {
        self.door = door
        self.access = access
        self.subprotocols = subprotocols
        self.settings = settings
    }

    /// The handshake of a request, or what is wrong with it.
    ///
    /// - Parameter isByPage: whether what the browser keeps tells who it is.
    func handshake(_ request: HTTPRequest, isByPage: Bool) throws -> SocketHandshake {
        try SocketHandshake(
            request,
            subprotocols: subprotocols,
            allowsDeflate: settings.compressedFrom != nil,
            origins: door.limits.origins,
            isByPage: isByPage
        )
    }

    /// The answer 101, after which the connection is the conversation's.
    func reply(_ context: RequestContext, _ conversation: @escaping WebSocketEndpoint.Conversation) throws -> Reply {
        guard let handshake = context.handshake else {
            throw EndpointError("\(context.target) was answered as a WebSocket without a handshake.")
        }
        let waits = handshake.signsInLater && access != .open
        let entry = SocketCensus.Entry(
            actor: access == .open || waits ? nil : context.actor,
            address: context.clientAddress ?? "unknown",
            isWaiting: waits
        )
        let place = try door.census.enter(entry)
        let run = SocketRun(self, context, handshake, place, waits: waits, conversation)
        var reply = Reply(.switchingProtocols, .takeover { await run.begin(on: $0) }, nil)
        reply.headers = handshake.responseFields
        return reply
    }
}
