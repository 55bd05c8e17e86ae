import JSON
import NIOCore
import WebSockets

/// The first message of a client that could not bring its token with the upgrade: `{"authorization": "Bearer TOKEN"}`.
enum SocketSignIn {
    /// The value of the member, as the field `Authorization` would have it.
    static func read(_ message: WebSocketMessage?) throws -> String {
        guard case .text(let text) = message, text.utf8.count <= 16_384,
            let object = try? JSONValue(parsing: text), let authorization = object["authorization"]?.string
        else {
            throw AuthenticationFailure(
                .missing,
                #"Sign in first, by a text message: {"authorization": "Bearer TOKEN"}"#
            )
        }
        return authorization
    }
}
