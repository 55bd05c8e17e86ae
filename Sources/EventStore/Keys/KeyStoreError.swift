/// Why the signing keys cannot be used.
package struct KeyStoreError: Error, Sendable, CustomStringConvertible {
    /// What is wrong.
    package enum Code: Sendable, Hashable {
        /// There is no key yet.
        case missing
        /// A file does not hold a key.
        case malformed
        /// Others than the owner may read the key.
        case exposed
        /// The directory or a file cannot be read or written.
        case inaccessible
        /// The key is not, or no longer, one of the log's.
        case foreign
        /// Another rotation of the same keys is under way.
        case busy
    }

    /// What is wrong.
    package var code: Code
    /// A sentence that says what to do.
    package var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    package var description: String { message }
}
