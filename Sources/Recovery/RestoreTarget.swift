package import Time

/// The moment to go back to.
package enum RestoreTarget: Sendable, Hashable {
    /// Right after the event at a position, which stays in force: the last of what was appended at once.
    case position(Int64)
    /// After the last event recorded at or before a time.
    case time(Timestamp)
}
