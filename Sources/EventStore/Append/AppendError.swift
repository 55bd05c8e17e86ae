import Events

/// Why an append was not acknowledged.
///
/// Nothing of the request was recorded, except under `.outcomeUnknown`: there the commit was not answered in time, or its
/// connection broke and the log could not be asked in time; repeat the request with the same event ids or idempotency key.
package struct AppendError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: Sendable, Hashable {
        /// A stream is not at the expected version; `current` is its newest version, nil when it has no event.
        case versionConflict(stream: String, current: Int64?)
        /// An event was recorded since the decision that the decision rested on.
        case conditionFailed
        /// The idempotency key was used before with another request.
        case idempotencyKeyReused
        /// Some of the ids are in the log already, but not as these same events.
        case idReused
        /// The queue is full; try again after so many milliseconds.
        case overloaded(retryAfterMilliseconds: Int)
        /// PostgreSQL cannot be reached, or did not take it in time; nothing was recorded.
        case unavailable
        /// PostgreSQL did not answer the commit in time, or was lost during it; the events may or may not be in the log.
        case outcomeUnknown
        /// The request is malformed.
        case invalidRequest
        /// An inline projection refused the event, or the store failed in a way that is not the caller's doing.
        case refused
        /// The store is shutting down.
        case shuttingDown
    }

    /// What went wrong.
    package var code: Code
    /// A sentence for the caller.
    package var message: String

    /// An error with its explanation.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    package var description: String { message }
}
