/// How limits are kept.
package struct RateLimitSettings: Sendable, Hashable {
    /// What is done where replicas share cells that cannot be reached.
    package enum WithoutShared: String, Sendable, Hashable, CaseIterable {
        /// Each replica keeps its share of every quota alone.
        case local
        /// Requests are refused: 503.
        case refuse
    }

    /// What is done where replicas share cells that cannot be reached.
    package var withoutShared: WithoutShared
    /// How many replicas there are: each keeps its share where they do not count together.
    package var replicas: Int
    /// How many cells a replica keeps at most.
    package var capacity: Int

    /// Settings.
    package init(withoutShared: WithoutShared = .local, replicas: Int = 1, capacity: Int = 262_144) {
        self.withoutShared = withoutShared
        self.replicas = replicas
        self.capacity = capacity
    }
}
