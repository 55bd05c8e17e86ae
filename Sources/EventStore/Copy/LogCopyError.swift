/// Rows of the log that are not what was recorded.
package struct LogCopyError: Error, Sendable, CustomStringConvertible {
    /// What is the matter with them.
    package enum Kind: Sendable, Hashable {
        /// The content of an event does not have the leaf hash that is stored with it.
        case altered
        /// An event is missing, or stands where another belongs.
        case missing
        /// The bytes are no rows.
        case malformed
    }

    /// What is the matter.
    package var kind: Kind
    /// Where.
    package var position: Int64
    /// A sentence about it.
    package var message: String
    /// The sentence.
    package var description: String { message }

    init(_ kind: Kind, _ position: Int64, _ message: String) {
        self.kind = kind
        self.position = position
        self.message = message
    }
}
