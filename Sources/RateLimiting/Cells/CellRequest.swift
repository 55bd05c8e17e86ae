/// What is asked of one cell: the count of one policy for one key.
package struct CellRequest: Sendable, Hashable {
    /// What is done with the cell.
    package enum Mode: Int64, Sendable, Hashable {
        /// One is taken, if all cells that are asked together admit one.
        case take = 1
        /// Nothing is taken; the answer says whether one would be admitted.
        case look = 2
        /// One is taken whether it is admitted or not.
        case note = 3
    }

    /// The policy's name, and what the request has of its partition.
    package var key: CellKey
    /// The policy's rate.
    package var rate: GCRA
    /// What is done.
    package var mode: Mode

    /// A question.
    package init(_ key: CellKey, _ rate: GCRA, _ mode: Mode = .take) {
        self.key = key
        self.rate = rate
        self.mode = mode
    }
}

/// What cells answered that were asked together.
package struct CellAnswer: Sendable, Hashable {
    /// Whether all of them admit the request.
    package var isAdmitted: Bool
    /// How far ahead each cell's arrival time is now, in microseconds.
    package var leads: [Int64]

    /// An answer.
    package init(isAdmitted: Bool, leads: [Int64]) {
        self.isAdmitted = isAdmitted
        self.leads = leads
    }
}

/// Cells that replicas share.
package protocol SharedCells: Sendable {
    /// Decides about several cells at once: one is taken of each, or of none. Throws within a small bound of time where
    /// they cannot be reached.
    func decide(_ requests: [CellRequest]) async throws -> CellAnswer

    /// Whether they can be reached, as far as is known; found out also while nobody asks.
    var isReachable: Bool { get }

    /// Finds out whether they count, also while nobody asks.
    func probe() async
}

extension SharedCells {
    /// Nothing is found out that is not known.
    package func probe() async {}
}
