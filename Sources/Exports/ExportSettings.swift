/// How exports are made here.
package struct ExportSettings: Sendable {
    /// How many are made at a time by this server.
    package var workers = 2
    /// How many may wait of one owner.
    package var openPerOwner: Int64 = 100
    /// For how many days files are kept unless asked otherwise.
    package var keepDays = 30
    /// How often one is tried.
    package var attempts: Int64 = 5
    /// What this server is called in events.
    package var node: String?
    /// How many rows are read at a time.
    var batch = 1_000

    /// The usual settings.
    package init() {}
}
