import Time

/// How far a program has heard of its inbox.
struct InboxPlace {
    /// Where the newest of what it has heard stands.
    private(set) var last: Int64
    /// As of which position it knows how many are unread.
    private var counted: Int64 = -1
    /// And as of when, and how many.
    private var countedAt = Timestamp.epoch
    private var unread: Int64?

    /// A program that heard everything up to a position.
    init(_ last: Int64) { self.last = last }

    /// It read for itself.
    mutating func read(_ update: InboxUpdate) {
        last = update.through
        count(update)
    }

    /// It is told something: gives what of it is news, or nil if it knows all of that already.
    ///
    /// What is told is told in the order of the log, and so is how often that was counted; but the two come each for itself.
    mutating func hear(_ update: InboxUpdate) -> InboxUpdate? {
        var news = update
        news.items.removeAll { $0.position <= last }
        if let unread = update.unread {
            if isLater(update, unread) { count(update) } else { news.unread = nil }
            guard news.unread == unread || !news.items.isEmpty else { return nil }
        } else {
            guard !news.items.isEmpty else { return nil }
        }
        // How many are unread is also counted ahead of what was told: what arrived up to there is still to come.
        if !update.items.isEmpty { last = max(last, update.through) }
        news.through = last
        return news
    }

    /// Whether it was counted later than what is known: further in the log, or another number at a later time.
    private func isLater(_ update: InboxUpdate, _ number: Int64) -> Bool {
        if update.through != counted { return update.through > counted }
        return update.countedAt > countedAt && number != unread
    }

    private mutating func count(_ update: InboxUpdate) {
        (counted, countedAt, unread) = (update.through, update.countedAt, update.unread)
    }
}
