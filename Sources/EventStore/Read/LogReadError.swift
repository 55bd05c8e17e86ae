/// Why something cannot be read from the log.
package struct LogReadError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    package enum Code: Sendable, Hashable {
        /// The log does not have that position or size yet.
        case beyondEnd(size: Int64)
        /// The log does not begin with what was read of it before; it has `size` events now.
        case anotherLog(size: Int64)
        /// The event's data was released after archiving.
        case released
        /// The stored rows are not what Daybook wrote.
        case malformed
        /// There is no such thing.
        case notFound
    }

    /// What is wrong.
    package var code: Code
    /// A sentence for the reader.
    package var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static let noHead = LogReadError(
        .malformed,
        "log.head is empty: the log has been tampered with; restore it from a backup."
    )

    /// The sentence.
    package var description: String { message }
}
