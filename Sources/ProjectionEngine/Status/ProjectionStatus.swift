package import Time

/// How a read model stands.
package struct ProjectionStatus: Sendable, Hashable {
    /// Whether it moves on.
    package enum Condition: String, Sendable {
        /// It follows, or is at the log's end by construction.
        case running
        /// It met an event that it cannot apply, and stopped there.
        case quarantined
        /// It was never installed.
        case missing
    }

    /// The read model.
    package var name: String
    /// The version that serves.
    package var version: Int
    /// When events are applied.
    package var mode: ProjectionManifest.Mode
    /// Whether it moves on.
    package var condition: Condition
    /// How many events it holds.
    package var position: Int64
    /// How many events of the log it does not hold yet.
    package var lag: Int64
    /// Why it stopped.
    package var error: String?
    /// The event that it could not apply.
    package var errorPosition: Int64?
    /// When its state last changed; for an inline read model, when it was installed.
    package var updatedAt: Timestamp?
    /// How far a rebuild is, if one is under way or was interrupted.
    package var rebuildPosition: Int64?
    /// Whether the tables that serve were made by the SQL that this program holds.
    package var isOfThisProgram: Bool

    /// Whether it can be relied on.
    package var isHealthy: Bool { condition == .running }
}
