import HTTPTypes
import WebSockets

extension ProblemKind {
    /// 426: the path is one of a WebSocket.
    package static let upgradeRequired = Self(
        "upgrade-required",
        .upgradeRequired,
        "This path is spoken to by WebSocket"
    )
    /// 403: a page of another web site asks.
    package static let originRefused = Self("origin-refused", .forbidden, "The page's origin may not connect")
    /// 429: the user or the address has as many sockets as it may.
    package static let tooManySockets = Self("too-many-sockets", .tooManyRequests, "Too many sockets are open")
}

extension WebSocketHandshake.Failure: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .notAnUpgrade:
            Problem(
                .upgradeRequired,
                "Connect by WebSocket (RFC 6455): Connection: Upgrade, Upgrade: websocket.",
                headers: Self.invitation
            )
        case .otherVersion:
            Problem(.upgradeRequired, "Version 13 of WebSockets is spoken here (RFC 6455).", headers: Self.invitation)
        case .malformed(let reason): Problem(.badRequest, reason)
        }
    }

    /// What a 426 says of what would be taken (RFC 9110, section 15.5.22; RFC 6455, section 4.4).
    private static let invitation = [
        HTTPField(name: .connection, value: "Upgrade"), HTTPField(name: .upgrade, value: "websocket"),
        HTTPField(name: .secWebSocketVersion, value: "13"),
    ]
}
