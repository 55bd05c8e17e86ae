/// Records in order, so that one that is never taken keeps no other from the log: what is refused is tried again by
/// halves, down to the one, and that alone is given up.
enum Halving {
    /// What became of the first of some items.
    struct Outcome: Sendable, Hashable {
        var recorded = 0
        var refused = 0
        /// Whether it became so of all.
        var isDone = true

        /// How many are done with: those at the front.
        var settled: Int { recorded + refused }
    }

    /// Attempts all items, as many at once as will be taken; ends at the first attempt that fails.
    ///
    /// One that is refused costs two or three attempts for each halving, however many there are beside it.
    static func record<Item: Sendable>(
        _ items: [Item],
        _ attempt: @Sendable ([Item]) async -> SystemAppend
    ) async -> Outcome {
        var outcome = Outcome()
        var size = items.count
        while outcome.settled < items.count {
            let part = Array(items[outcome.settled..<min(outcome.settled + size, items.count)])
            switch await attempt(part) {
            case .recorded:
                outcome.recorded += part.count
                size = part.count * 2
            case .refused where part.count > 1:
                size = part.count / 2
            case .refused:
                outcome.refused += 1
                size = 2
            case .failed:
                outcome.isDone = false
                return outcome
            }
        }
        return outcome
    }
}
