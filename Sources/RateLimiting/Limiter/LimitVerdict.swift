/// What limits say of a request.
package struct LimitVerdict: Sendable {
    /// What becomes of it.
    package enum Outcome: Sendable, Hashable {
        /// It goes on.
        case admitted
        /// Policies are violated; it may come again after so long.
        case refused(violated: [String], retryAfter: Duration)
        /// It cannot be known, since what replicas count together cannot be reached.
        case unknown
    }

    /// How a policy stands for this request.
    package struct Standing: Sendable, Hashable {
        /// The policy.
        package var policy: RateLimitPolicy
        /// Whether it is violated.
        package var isViolated: Bool
        /// What is left of it.
        package var allowance: GCRA.Allowance
    }

    /// What becomes of it.
    package var outcome: Outcome
    /// The policies that were asked.
    package var standings: [Standing]

    /// Nothing was asked.
    package static let admitted = LimitVerdict(outcome: .admitted, standings: [])

    init(outcome: Outcome, standings: [Standing]) {
        self.outcome = outcome
        self.standings = standings
    }

    /// What follows from how policies stand.
    init(_ standings: [Standing]) {
        self.standings = standings
        let violated = standings.filter(\.isViolated)
        guard !violated.isEmpty else {
            outcome = .admitted
            return
        }
        let longest = violated.map(\.allowance.untilAdmitted).max() ?? 0
        outcome = .refused(violated: violated.map(\.policy.name), retryAfter: .microseconds(longest))
    }
}
