package import Events
package import Foundation

/// What has to hold of a stream for an append to it to be accepted.
package enum ExpectedVersion: Sendable, Hashable {
    /// Whatever is there.
    case any
    /// The stream has no event yet.
    case none
    /// The stream's newest event has this version (the first event of a stream has version 0).
    case exact(Int64)

    /// Whether a stream whose next version is `next` (0: the stream has no event) meets the expectation.
    func holds(next: Int64) -> Bool {
        switch self {
        case .any: true
        case .none: next == 0
        case .exact(let version): next == version + 1
        }
    }
}

/// Events for one stream, in order.
package struct StreamAppend: Sendable {
    /// The stream's name, for example `role-0192…`.
    package var stream: String
    /// What must hold of the stream just before the events.
    package var expected: ExpectedVersion
    /// The events, oldest first; at least one.
    package var events: [NewEvent]

    /// Events for one stream.
    package init(stream: String, expected: ExpectedVersion = .any, events: [NewEvent]) {
        self.stream = stream
        self.expected = expected
        self.events = events
    }
}

/// Something besides the appended streams that a decision rested on and that must still hold when it is recorded.
package enum AppendCondition: Sendable {
    /// Another stream is still at this version.
    case stream(String, at: ExpectedVersion)
    /// No event of these types has been recorded since the log had `size` events.
    case noneSince(size: Int64, types: Set<EventType>)
}

/// The key under which a client may safely send the same request again.
package struct IdempotencyKey: Sendable, Hashable {
    /// Whose key it is: keys of different actors never meet.
    package var scope: String
    /// The client's key, 1–255 characters.
    package var key: String
    /// SHA-256 of what was asked: the same key with another request is refused.
    package var requestDigest: [UInt8]

    /// A key in its scope, with the digest of the request that it stands for.
    package init(scope: String, key: String, requestDigest: [UInt8]) {
        self.scope = scope
        self.key = key
        self.requestDigest = requestDigest
    }
}

/// A command's outcome on its way into the log: all of its events are recorded, in one commit, or none.
package struct AppendRequest: Sendable {
    /// The events by stream; a stream may occur once.
    package var streams: [StreamAppend]
    /// What else must hold.
    package var conditions: [AppendCondition]
    /// Who did it.
    package var actor: String
    /// The W3C trace id, 32 hexadecimal digits.
    package var correlationID: String?
    /// The event that led to these.
    package var causationID: UUID?
    /// Set when the client may repeat the request.
    package var idempotency: IdempotencyKey?

    /// A request to append.
    package init(
        streams: [StreamAppend],
        conditions: [AppendCondition] = [],
        actor: String,
        correlationID: String? = nil,
        causationID: UUID? = nil,
        idempotency: IdempotencyKey? = nil
    ) {
        self.streams = streams
        self.conditions = conditions
        self.actor = actor
        self.correlationID = correlationID
        self.causationID = causationID
        self.idempotency = idempotency
    }
}
