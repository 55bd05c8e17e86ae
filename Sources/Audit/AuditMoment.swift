package import Time

/// When a question about the history is asked of.
package enum AuditMoment: Sendable, Hashable {
    /// Now: everything acknowledged before the question counts.
    case now
    /// Right after the event at a position.
    case position(Int64)
    /// After the last event recorded at or before a time.
    case time(Timestamp)
    /// After the first events of the log, so many: how a list goes on with its next page.
    case size(Int64)
}
