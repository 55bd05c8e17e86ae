import EventStore
import Events

extension BackupService {
    /// Records that a backup was found damaged in a repository by something else than a verification: none goes on from it
    /// there any more, and it pushes out nothing.
    ///
    /// - Parameter author: its key of a request is not used; that is for what the request is about.
    func recordDamage(
        of id: String,
        in repository: String,
        _ findings: [String],
        _ depth: Events.Backups.Verified.Depth,
        by author: Author
    ) async throws {
        try await append(
            Events.Backups.Verified(
                backupID: id,
                repository: repository,
                depth: depth,
                sound: false,
                findings: Int64(findings.count),
                firstFinding: findings.first.map { String($0.prefix(1_000)) },
                milliseconds: 0
            ),
            by: Author(id: author.id, correlationID: author.correlationID)
        )
    }
}
