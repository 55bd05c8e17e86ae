/// How far a rebuild or a check is.
package struct ProjectionProgress: Sendable, Hashable {
    /// What is told of it.
    package typealias Handler = @Sendable (ProjectionProgress) -> Void

    /// What is being done.
    package enum Phase: String, Sendable {
        /// Events are being applied.
        case replaying
        /// Indexes are being made.
        case indexing
        /// Tables are being compared.
        case comparing
        /// The new tables take the names of the old.
        case switching
    }

    /// The read model.
    package var projection: String
    /// What is being done.
    package var phase: Phase
    /// Events applied so far.
    package var position: Int64
    /// Events to apply in all.
    package var total: Int64
}
