/// The bounds within which the appender works.
package struct AppendLimits: Sendable {
    /// How many events may wait to be written before callers are told to come back.
    package var queuedEvents = 16_384
    /// How many events one transaction takes, unless a single request has more.
    package var batchEvents = 512
    /// How many events one request may have.
    package var requestEvents = 10_000
    /// How many transactions may be under way.
    package var batchesInFlight = 2
    /// How long a caller waits for a database that is away or does not answer.
    package var patience = Duration.seconds(5)
    /// How long a statement may take before its connection is given up.
    package var statementDeadline = Duration.seconds(20)
    /// How long a batch with an erasure may take, and how long the caller waits once it was sent: there may be very many
    /// events to erase from.
    package var erasureDeadline = Duration.seconds(300)
    /// How long a session may hold the head of the log without doing anything; it is ended between once and twice that.
    package var holderSilence = Duration.seconds(15)
    /// How long to wait before trying the database again.
    package var retryInterval = Duration.milliseconds(200)

    /// The bounds that `daybook serve` uses.
    package init() {}
}
