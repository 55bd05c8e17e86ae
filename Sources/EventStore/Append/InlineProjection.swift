package import Events
package import Postgres

/// SQL that the appender runs inside its transaction, over the events of some types that it just copied in.
package struct InlineProjection: Sendable, Hashable {
    /// For errors and metrics.
    package var name: String
    /// The types whose events it applies; a batch without any of them does not call it.
    package var types: Set<EventType>
    /// A function of two positions, both included, schema-qualified: `access.apply`.
    package var function: String
    /// What the function is taken to be made of; nil where no release ever replaces it.
    package var expectation: Expectation?

    /// What a program believes the function to be, so that one which is older than the database appends nothing that
    /// the function would have had to be called for in another way.
    package struct Expectation: Sendable, Hashable {
        /// A function of two arrays of text, the names and the digests of all inline projections that this program knows
        /// by that function. It raises `SQLState.otherReadModels` unless the database has exactly those.
        package var function: String
        /// What tells this projection's SQL from any other.
        package var digest: String

        /// An expectation.
        package init(function: String, digest: String) {
            self.function = function
            self.digest = digest
        }
    }

    /// An inline projection.
    package init(name: String, types: Set<EventType>, function: String, expectation: Expectation? = nil) {
        self.name = name
        self.types = types
        self.function = function
        self.expectation = expectation
    }
}

extension SQLState {
    /// The inline projections in the database are not those that the program knows. A class of our own.
    package static let otherReadModels: SQLState = "RM001"
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
