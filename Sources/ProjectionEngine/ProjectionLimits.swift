/// How much the engine does at a time.
package struct ProjectionLimits: Sendable {
    /// Positions that one transaction covers at most.
    package var batch: Int64 = 50_000
    /// How long a follower that keeps up rests between two transactions: one costs about the same for one event as for
    /// hundreds.
    package var rest: Duration = .milliseconds(10)
    /// How long a follower waits for a hint before it looks by itself.
    package var poll: Duration = .milliseconds(500)
    /// How often a replica looks whether another has rebuilt a read model.
    package var look: Duration = .milliseconds(250)
    /// Logs longer than this are brought into a new read model by a rebuild, with progress; shorter ones at once.
    package var immediate: Int64 = 20_000
    /// How many side schemas of each read model are kept for as-of reads.
    package var snapshots = 8

    /// The usual limits.
    package init() {}
}
