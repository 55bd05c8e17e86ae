/// Why a limit is not changed.
package struct LimitsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stands in the way.
    package enum Code: Sendable, Hashable {
        /// The policy is not one to live with.
        case refused([RateLimitPolicy.Fault])
        /// There are too many.
        case tooMany
        /// There is no such policy, or it was not changed.
        case notFound
    }

    /// What stands in the way.
    package var code: Code
    /// A sentence for whoever asked.
    package var message: String
    /// The sentence.
    package var description: String { message }

    /// An error and its sentence.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
