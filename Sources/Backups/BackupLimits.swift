/// How much goes into one file of a backup, and how many backups rest on one another.
package struct BackupLimits: Sendable, Hashable {
    /// Of how many positions the checkpoints, and the idempotency keys, are in one file.
    package var ledgerStretch: Int64 = 65_536

    /// How many backups there are in a row at most, the full one included: the next one has to be full again. Each is opened
    /// when the last one is verified or restored.
    package var chain = 10_000

    /// How much a backup and what it rests on may hold for a restore of them to be rehearsed beside the log; nil for any.
    package var rehearsal: Int64?

    /// The usual ones.
    package init() {}
}
