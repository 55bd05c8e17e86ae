/// Why something about a backup cannot be done. Says nothing of keys or of what events hold.
package struct BackupError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of refusal it is.
    package enum Kind: Sendable, Hashable {
        /// What was asked for makes no sense.
        case invalid
        /// There is no such backup, repository or schedule.
        case notFound
        /// Something else stands in the way: another backup needs it, or the target is not empty.
        case conflict
        /// A file cannot be read or written.
        case inaccessible
        /// There is no space for it.
        case noSpace
        /// The key for it is not there.
        case locked
        /// What was read is not what was written.
        case damaged
    }

    /// What kind of refusal it is.
    package var kind: Kind
    /// A sentence for whoever asked.
    package var message: String
    /// What whoever runs the program needs to know beside: a path, a system's error.
    package var detail: String?

    /// A refusal.
    package init(_ kind: Kind, _ message: String, detail: String? = nil) {
        self.kind = kind
        self.message = message
        self.detail = detail
    }

    /// All of it.
    package var description: String { detail.map { "\(message) (\($0))" } ?? message }
}
