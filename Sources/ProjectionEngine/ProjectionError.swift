/// A problem with a read model, its definition or its rebuild.
package struct ProjectionError: Error, Sendable, CustomStringConvertible {
    /// What kind of problem it is.
    package enum Code: Sendable, Hashable {
        /// The manifest or the SQL of a read model is not well-formed.
        case invalidDefinition
        /// There is no read model of that name.
        case unknownProjection
        /// The database holds a newer version than this program knows.
        case newerVersion
        /// The tables were not made by the SQL that this program holds.
        case differentDefinition
        /// An event could not be applied; nothing after it was.
        case cannotApply(position: Int64)
        /// Somebody else is rebuilding it.
        case busy
        /// The read model does not reach that far yet.
        case notReached(position: Int64)
        /// The position is not in the log.
        case noSuchPosition
    }

    /// What kind of problem it is, for decisions.
    package var code: Code
    /// What happened and what to do about it.
    package var message: String
    /// The message.
    package var description: String { message }

    /// A problem.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
