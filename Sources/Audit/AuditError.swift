/// Why audit data is not shown.
package struct AuditError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stands in the way.
    package enum Code: Sendable, Hashable {
        /// The audit read model is behind the log by so many events.
        case behind(lag: Int64)
        /// The read could not be recorded, and what is not recorded is not shown.
        case notRecorded
        /// The log has no such moment yet.
        case noSuchMoment
        /// Nothing was ever recorded about the thing, or nothing that the reader may see.
        case notFound
        /// There is another of that name.
        case taken
        /// There are as many as there may be.
        case tooMany
    }

    /// What stands in the way.
    package var code: Code
    /// A sentence that tells the reader what to do.
    package var message: String

    /// A reason and its sentence.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    package var description: String { message }
}
