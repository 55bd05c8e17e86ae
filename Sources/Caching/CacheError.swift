/// Why the cache does not do what it was asked.
package struct CacheError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of problem it is, for callers to decide by.
    package enum Code: Sendable, Hashable {
        /// No namespace of that name was declared.
        case unknownNamespace
        /// A key that is empty, too long, or not printable ASCII.
        case badKey
        /// A pattern that is none.
        case badPattern
        /// A value past the namespace's bound.
        case tooLarge
        /// There is no such thing to be kept or warmed.
        case notFound
        /// Nothing is bound that could load it.
        case noSource
        /// It is going on already.
        case busy
    }

    /// What kind of problem it is.
    package var code: Code
    /// A sentence that tells the caller what to do.
    package var message: String

    /// A problem, with a sentence for whoever asked.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    package var description: String { message }

    static let badKey = CacheError(
        .badKey,
        "A key has 1 to \(CacheKey.maximumLength) printable ASCII characters."
    )
}
