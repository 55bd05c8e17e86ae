/// Why a key set is not usable.
package struct KeySetError: Error, Sendable, CustomStringConvertible {
    /// What is the matter.
    package enum Code: String, Sendable, Hashable {
        /// Nothing came, or not in time, or with another status than 200.
        case unreachable
        /// What came is not what was asked for.
        case malformed
        /// One key of the set cannot be used.
        case unusableKey = "unusable_key"
        /// None of the keys can.
        case noUsableKey = "no_usable_key"
    }

    /// What is the matter.
    package let code: Code
    /// What is the matter, in words for the operator.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
