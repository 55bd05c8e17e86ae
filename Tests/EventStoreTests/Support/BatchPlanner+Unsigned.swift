@testable import EventStore

extension BatchPlanner {
    /// Decides as any other does, with no keys at hand.
    static var unsigned: BatchPlanner {
        BatchPlanner(
            inlineTypes: [],
            digests: { RequestDigests(current: [], others: { [] }) },
            sign: { _, _, _ in "note" }
        )
    }
}
