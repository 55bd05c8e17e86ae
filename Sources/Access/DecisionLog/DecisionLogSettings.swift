/// How decisions are recorded.
package struct DecisionLogSettings: Sendable, Hashable {
    /// Whether whoever asks waits for it.
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Nothing is recorded.
        case off
        /// Decisions are recorded shortly after; nobody waits for it. What cannot be kept waiting is counted, and the
        /// next event says how much it was.
        case buffered
        /// No decision is told before it is recorded, and one that cannot be recorded is refused.
        case strict
    }

    /// Whether whoever asks waits for it.
    package var mode: Mode
    /// How long decisions wait for others to share an event with.
    package var interval: Duration
    /// How many share an event at most.
    package var batch: Int
    /// How many may wait at most.
    package var capacity: Int

    /// Settings; by default buffered.
    package init(
        mode: Mode = .buffered,
        interval: Duration = .milliseconds(100),
        batch: Int = 4_000,
        capacity: Int = 200_000
    ) {
        self.mode = mode
        self.interval = interval
        self.batch = batch
        self.capacity = capacity
    }
}
