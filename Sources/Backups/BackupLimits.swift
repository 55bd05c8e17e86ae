/// How much goes into one file of a backup, and how many backups rest on one another.
package struct BackupLimits: Sendable, Hashable {
    /// Of how many positions the checkpoints, and the idempotency keys, are in one file.
    package var ledgerStretch: Int64 = 65_536

    /// The usual ones.
    package init() {}
}
