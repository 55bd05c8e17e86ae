import Time

/// What a program that shows an inbox has to know of what changed in it.
package struct InboxUpdate: Sendable, Hashable {
    /// Notifications that arrived, oldest first.
    package var items: [InboxItem]
    /// How many are unread now; nil where that is not known yet: it follows.
    package var unread: Int64?
    /// Where the newest of what this takes in stands: a program that comes back goes on after it.
    package var through: Int64
    /// Whether more arrived than is in it.
    package var hasMore = false
    /// When the unread were counted: some may have expired since, and nothing of the log says so.
    var countedAt = Timestamp.epoch
    /// Whether it only says that the connection is alive.
    package var isHeartbeat = false

    static let heartbeat = InboxUpdate(items: [], unread: nil, through: -1, isHeartbeat: true)
}
