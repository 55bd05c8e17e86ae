package import EventStore

/// A notification that was sent.
package struct SentNotification: Sendable {
    /// Its id.
    package var id: String
    /// How many people are told.
    package var recipients: Int64
    /// Where its events are.
    package var receipt: Receipt
}
