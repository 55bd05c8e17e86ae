/// Why a notification is not sent, or something of an inbox not shown or not done.
package struct NotificationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stands in the way.
    package enum Code: Sendable, Hashable {
        /// There is no such thing, or none that the asker may know of.
        case notFound
        /// Somebody or something that it is for does not exist, at a place in what was sent.
        case unknownRecipient(pointer: String)
        /// Nobody would be told.
        case emptyAudience
        /// Something of what was sent is not acceptable, at a place.
        case invalid(pointer: String)
        /// The log has no such moment yet.
        case noSuchMoment
        /// The read model is behind the log.
        case behind
        /// Others kept changing what it rests on.
        case contended
    }

    /// What stands in the way.
    package var code: Code
    /// A sentence for whoever asked.
    package var message: String

    /// An error and its sentence.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    package var description: String { message }
}
