package import Time

/// When a question is about.
package enum AccessMoment: Sendable, Hashable {
    /// Now: everything acknowledged before the question counts.
    case now
    /// After the event at a position.
    case position(Int64)
    /// After the last event recorded at or before a time.
    case time(Timestamp)
}

/// A moment as the read models know it.
struct ReadPoint: Sendable {
    /// How many events had been recorded.
    var size: Int64
    /// The time by which expiry is judged.
    var time: Timestamp
}

/// What a read answers, and what part of the log it comes from.
package struct AccessAnswer<Value: Sendable>: Sendable {
    /// The answer.
    package var value: Value
    /// How many events it takes into account.
    package var size: Int64

    /// An answer.
    package init(value: Value, size: Int64) {
        self.value = value
        self.size = size
    }
}
