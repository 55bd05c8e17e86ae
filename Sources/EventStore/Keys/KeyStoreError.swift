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

    static func unreadable(_ path: String) -> KeyStoreError {
        KeyStoreError(.inaccessible, "\(path) cannot be read by this user: give it to the user that runs Daybook.")
    }

    static func unwritable(_ path: String) -> KeyStoreError {
        KeyStoreError(.inaccessible, "\(path) cannot be written by this user: give it to the user that runs Daybook.")
    }

    static let nothingToAdopt = KeyStoreError(
        .malformed,
        "There is no key to take over: give the keys as they were exported, or a backup that holds them."
    )

    /// The sentence.
    package var description: String { message }
}
