/// What Redis answered to one command.
package enum RedisReply: Sendable, Hashable {
    case null
    /// A simple string, such as `OK`.
    case status(String)
    case integer(Int64)
    case string([UInt8])
    case array([RedisReply])
    /// The command failed, beginning with the error's name, e.g. `NOSCRIPT …`.
    case error(String)

    /// The bytes of a string, or nil.
    package var bytes: [UInt8]? {
        if case .string(let bytes) = self { bytes } else { nil }
    }

    package var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    package var elements: [RedisReply]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var isOK: Bool { self == .status("OK") }

    /// The reply, unless it is an error.
    package func orThrow() throws(RedisError) -> RedisReply {
        if case .error(let message) = self { throw RedisError(.server, message) }
        return self
    }
}
