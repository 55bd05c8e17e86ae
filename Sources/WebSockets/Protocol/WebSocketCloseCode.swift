/// Why a session ends (RFC 6455, section 7.4, and the registry that it founded).
package struct WebSocketCloseCode: RawRepresentable, Sendable, Hashable {
    /// The number on the wire.
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let normal = Self(rawValue: 1_000)
    /// The server is shutting down.
    package static let goingAway = Self(rawValue: 1_001)
    package static let protocolError = Self(rawValue: 1_002)
    /// Stands for a close frame without a code; never on the wire.
    package static let noneGiven = Self(rawValue: 1_005)
    /// Stands for a connection that broke off; never on the wire.
    package static let brokenOff = Self(rawValue: 1_006)
    package static let invalidData = Self(rawValue: 1_007)
    package static let policyViolation = Self(rawValue: 1_008)
    package static let messageTooLarge = Self(rawValue: 1_009)
    package static let internalError = Self(rawValue: 1_011)
    /// Too slow, or the server has no room: come back with what was seen last.
    package static let tryAgainLater = Self(rawValue: 1_013)
    /// The sign-in is missing, not accepted, or over. Like 401.
    package static let notSignedIn = Self(rawValue: 4_401)
    /// The permission is missing, or was taken away. Like 403.
    package static let forbidden = Self(rawValue: 4_403)
    /// No pong came in time. Like 408.
    package static let noPong = Self(rawValue: 4_408)
    /// Too many sessions. Like 429.
    package static let tooManySessions = Self(rawValue: 4_429)

    /// Whether an endpoint may put it into a close frame (section 7.4.1 and 7.4.2).
    package var isAllowedOnTheWire: Bool {
        switch rawValue {
        case 1_000...1_003, 1_007...1_014, 3_000...4_999: true
        default: false
        }
    }
}
