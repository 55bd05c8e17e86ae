/// A backup that is to be made.
package struct BackupOrder: Sendable, Hashable {
    /// Whether it holds all of the log.
    package var kind: BackupManifest.Kind
    /// Where; the usual repository if nil.
    package var repository: String?
    /// The backup that an incremental one goes on from; the newest in the repository if nil.
    package var baseID: String?
    /// What somebody says of it.
    package var summary: String?
    /// Whether the keys that sign the log are put in as well.
    package var escrowsKeys: Bool
    /// The schedule that asks for it.
    package var scheduleID: String?
    /// For how many days it is to be kept; a bucket that locks locks it for as long.
    package var keepDays: Int?

    /// An order.
    package init(
        _ kind: BackupManifest.Kind,
        repository: String? = nil,
        baseID: String? = nil,
        summary: String? = nil,
        escrowsKeys: Bool = false,
        scheduleID: String? = nil,
        keepDays: Int? = nil
    ) {
        self.kind = kind
        self.repository = repository
        self.baseID = baseID
        self.summary = summary
        self.escrowsKeys = escrowsKeys
        self.scheduleID = scheduleID
        self.keepDays = keepDays
    }
}

/// A backup that was made.
package struct MadeBackup: Sendable {
    /// What is in it.
    package var manifest: BackupManifest
    /// The SHA-256 of its manifest, in hexadecimal.
    package var digest: String
    /// The repository.
    package var repository: String
    /// How long it took.
    package var duration: Duration
}
