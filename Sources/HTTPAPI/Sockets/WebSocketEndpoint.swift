package import WebSockets

/// A WebSocket that clients can open: everything about it in one value, as ``Endpoint`` is for requests.
///
///     WebSocketEndpoint(
///         "/notifications/socket", "Receive notifications as they come",
///         tag: "notifications",
///         access: .permission("notifications:read"),
///         subprotocols: ["daybook.notifications.v1"],
///         inputs: Query("after", .position, "The last position that was seen.")
///     ) { _, after in
///         let start = try await inbox.resume(after)                 // a Problem thrown here refuses the upgrade
///         return { socket in
///             socket.session.onDetach { WebSocketClose(.tryAgainLater, inbox.token(socket.session)) }
///             for try await batch in inbox.follow(start, for: socket.actor) {
///                 try await socket.session.send(WebSocketOutgoing(.text(batch)))
///             }
///         }
///     }
///
/// The upgrade takes the way of every request: route, sign-in, permission, inputs; a refusal is answered with its status
/// and a problem. What the closure returns runs while the socket is open; when it returns the socket is closed with 1000,
/// and when the socket ends it is cancelled after a grace.
package struct WebSocketEndpoint: Sendable {
    /// What runs while a socket is open.
    package typealias Conversation = @Sendable (SocketContext) async throws -> Void

    /// The path.
    package let path: PathTemplate
    /// How people's browsers come to it, if not by a token.
    package internal(set) var door: (any PageDoor)?
    private let make: @Sendable (SocketDoor) throws(EndpointError) -> Endpoint

    /// Declares a WebSocket.
    ///
    /// - Parameters:
    ///   - subprotocols: what is spoken, best first. A client that offers subprotocols has to offer one of them.
    ///   - settings: what a session bears.
    ///   - open: decides about the upgrade, with the inputs. Where the client signs in with its first message nobody is
    ///     signed in yet.
    package init<each Input: EndpointInput>(
        _ path: PathTemplate,
        _ summary: String,
        details: String? = nil,
        tag: String,
        access: EndpointAccess,
        subprotocols: [String],
        settings: WebSocketSettings = WebSocketSettings(),
        inputs: repeat each Input,
        problems: ProblemKind...,
        open: @escaping @Sendable (RequestContext, repeat (each Input).Value) async throws -> Conversation
    ) {
        self.path = path
        let problems = problems + [.upgradeRequired, .originRefused, .tooManySockets, .unavailable]
        make = { door throws(EndpointError) in
            if case .permission(_, .decidedByHandler) = access {
                throw EndpointError("\(path.text): the permission of a WebSocket is asked for before it opens.")
            }
            let upgrade = SocketUpgrade(door, access: access, subprotocols: subprotocols, settings: settings)
            var endpoint = Endpoint(
                .get,
                path,
                summary,
                details: details,
                tag: tag,
                access: access,
                inputs: repeat each inputs,
                outputs: Output(.switchingProtocols, [], nil, "The WebSocket is open."),
                handler: { (context: RequestContext, values: repeat (each Input).Value) async throws -> Reply in
                    let conversation = try await open(context, repeat each values)
                    return try upgrade.reply(context, conversation)
                }
            )
            endpoint.problems = problems
            endpoint.upgrade = upgrade
            return endpoint
        }
    }

    /// The endpoint that it is opened by.
    func endpoint(_ sockets: SocketDoor) throws(EndpointError) -> Endpoint {
        var endpoint = try make(sockets)
        endpoint.door = door
        return endpoint
    }

    /// The same WebSocket for pages: whoever the door knows may open it, from a page of this server alone.
    package func entered(by door: any PageDoor) -> WebSocketEndpoint {
        var socket = self
        socket.door = door
        return socket
    }
}
