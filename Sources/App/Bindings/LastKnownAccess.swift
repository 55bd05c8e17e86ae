import Access

/// The permissions that are answered from what was last known of access while the log cannot be asked: those of looking at
/// how the system is. Nobody could see that the database is away if seeing it took the database.
enum LastKnownAccess {
    static let permissions: Set<String> = [BuiltInPermission.scrapeMetrics.name, BuiltInPermission.readHealth.name]
    /// What was last known longer ago counts no more: a revocation takes effect within this time whatever happens.
    static let age = Duration.seconds(60)
    /// How long the log may take to answer.
    static let patience = Duration.seconds(1)
}
