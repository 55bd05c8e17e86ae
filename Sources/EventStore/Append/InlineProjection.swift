package import Events

/// SQL that the appender runs inside its transaction, over the events of some types that it just copied in.
package struct InlineProjection: Sendable, Hashable {
    /// For errors and metrics.
    package var name: String
    /// The types whose events it applies; a batch without any of them does not call it.
    package var types: Set<EventType>
    /// A function of two positions, both included, schema-qualified: `access.apply`.
    package var function: String

    /// An inline projection.
    package init(name: String, types: Set<EventType>, function: String) {
        self.name = name
        self.types = types
        self.function = function
    }
}

extension InlineProjection {
    /// Erasure happens with its event, so it is applied the same way.
    static let erasure = InlineProjection(
        name: "erasure",
        types: [EventType(rawValue: "log.personal-erased")],
        function: "log.erase_personal"
    )

    /// So is the release of old payloads.
    static let release = InlineProjection(
        name: "release",
        types: [Logs.PayloadsReleased.type],
        function: "log.release_payloads"
    )
}
