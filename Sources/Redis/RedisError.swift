/// A failure of Redis, of the way to it, or of how it was asked. Holds no keys, values or secrets.
package struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is, for decisions.
    package enum Code: Sendable, Hashable {
        /// Redis is known to be away; nothing was sent. It is tried again in the background.
        case unavailable
        /// The connection broke or could not be made; whether the commands took effect is unknown.
        case connectionLost
        /// No reply came in time; whether the commands took effect is unknown.
        case timedOut
        /// Too many callers wait already; nothing was sent.
        case busy
        /// Redis answered with an error.
        case server
        /// Redis answered with something that makes no sense.
        case protocolViolation
        /// The pool was closed by its owner.
        case closed
        case invalidConfiguration
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "RedisError(\(code)): \(message)" }
}
