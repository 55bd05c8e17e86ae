/// How a session ended.
package struct WebSocketEnd: Sendable, Hashable {
    /// Who ended it.
    package enum Initiator: Sendable, Hashable {
        case client
        case server
        /// Nobody said anything: the connection broke off.
        case nobody
    }

    /// What was said, by whoever spoke first; ``WebSocketCloseCode/brokenOff`` if nobody did.
    package let close: WebSocketClose
    /// Who ended it.
    package let initiator: Initiator
    /// Whether the closing handshake was completed by both.
    package let isClean: Bool
}
