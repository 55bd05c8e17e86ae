package import Time

/// A question about the access log.
package struct AccessLogQuery: Sendable {
    /// By or about whom; nil for everybody.
    package var userID: String?
    /// Not before this time.
    package var from: Timestamp?
    /// Not after this time.
    package var to: Timestamp?
    /// Only what is before this line, by its position and its place there: where the page before ended.
    package var below: (position: Int64, nth: Int32)?
    /// How many lines at most.
    package var limit: Int
    /// What the reader may see.
    var sight = AccessLogSight()

    /// A question.
    package init(
        userID: String? = nil,
        from: Timestamp? = nil,
        to: Timestamp? = nil,
        below: (position: Int64, nth: Int32)? = nil,
        limit: Int = 100
    ) {
        self.userID = userID
        self.from = from
        self.to = to
        self.below = below
        self.limit = limit
    }
}

/// The branches whose part of the access log somebody may see; nil for all of it, and what belongs to no branch.
struct AccessLogSight: Sendable {
    /// Checks and logged accesses.
    var accesses: Set<String>? = []
    /// Changes of access.
    var changes: Set<String>? = []
    /// Words about people.
    var personal: Set<String>? = []
}
