package import Time

/// Which part of an inbox is asked for.
package struct InboxQuery: Sendable, Hashable {
    /// How notifications stand.
    package enum Standing: String, Sendable, CaseIterable {
        /// Neither put away nor deleted, read or not.
        case inbox
        case unread
        case read
        case archived
    }

    /// How they stand.
    package var standing: Standing
    /// Only of this category.
    package var category: String?
    /// Only those that came in before this position.
    package var below: Int64
    /// How many are left out first, newest first.
    package var offset: Int
    /// How many at most.
    package var limit: Int

    /// A part of an inbox.
    package init(
        _ standing: Standing = .inbox,
        category: String? = nil,
        below: Int64 = .max,
        offset: Int = 0,
        limit: Int = 50
    ) {
        self.standing = standing
        self.category = category
        self.below = below
        self.offset = offset
        self.limit = limit
    }
}

/// Which moment is asked about.
package enum NotificationMoment: Sendable, Hashable {
    /// The head of the log.
    case now
    /// Just after the event at a position.
    case position(Int64)
    /// The last event recorded at or before a time.
    case time(Timestamp)
    /// The first so many events.
    case size(Int64)
}

/// An answer, and how many events it takes in.
package struct NotificationAnswer<Value: Sendable>: Sendable {
    /// The answer.
    package var value: Value
    /// How many events it takes in.
    package var size: Int64
}
