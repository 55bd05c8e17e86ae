/// Why the cache does not do what it was asked.
package struct CacheError: Error, Sendable, Hashable, CustomStringConvertible {
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

    package var code: Code
    /// A sentence that tells the caller what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    static let badKey = CacheError(
        .badKey,
        "A key has 1 to \(CacheKey.maximumLength) printable ASCII characters."
    )
}
