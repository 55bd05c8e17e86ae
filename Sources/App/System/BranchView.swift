package import Backups
import EventStore
package import Logging
import Postgres
import ProjectionEngine

/// What a backup has of one branch, to be looked at: tables in a database of their own, and nothing else.
///
/// The log is restored and verified as for any restore, and its read models are made. Then the rows of the branch are
/// copied into the schema `branch_view`, and everything else is dropped: the log, its read models, the rows of other
/// branches, and columns that auditors are not shown. Where that fails, everything is. What is left is no log, nothing can be recorded in it, and no server starts on it; the database is read-only,
/// and only its owner can say otherwise. It proves nothing either: it shows what the read models of the backup said.
package struct BranchView: Sendable {
    private let configuration: DaybookConfiguration
    private let repository: String?
    private let logger: Logger

    /// What is there to be looked at.
    package struct Outcome: Sendable {
        /// The backup.
        package var backupID: String
        /// How many events the tables are made of.
        package var size: Int64
        /// How many rows each table has.
        package var rows: [String: Int64]
        /// The role that may read them.
        package var role: String
    }

    /// A view in what the configuration names, which must be an empty database or a new data directory.
    package init(_ configuration: DaybookConfiguration, repository: String?, logger: Logger) {
        self.configuration = configuration
        self.repository = repository
        self.logger = logger
    }

    /// Makes it.
    package func make(
        of branch: String,
        _ wish: BackupRestoration.Wish,
        progress: StartProgress = StartProgress(),
        loading: @escaping BackupProgress.Handler = { _ in }
    ) async throws -> Outcome {
        let restoration = BackupRestoration(configuration, repository: repository, logger: logger)
        let (configuration, logger) = (configuration, logger)
        return try await restoration.load(wish, progress: progress, loading: loading) { postgres, connection, loaded in
            // A name that was mistyped is said before the read models are made, which takes longest.
            guard try await BranchTables.isNamed(branch, connection) else { throw Self.nothing(of: branch) }
            let parts = try DatabaseParts(configuration, postgres, logger: logger)
            let size = loaded.certificate.size
            let rows = try await withServices([parts.followerPool], logger: logger) {
                try await parts.projections.prepare(progress: progress.projections)
                return try await BranchTables.copy(of: branch, at: size, from: parts.projections, connection)
            }
            guard rows.values.contains(where: { $0 > 0 }) else { throw Self.nothing(of: branch) }
            let role = try await BranchTables.close(connection)
            return Outcome(backupID: loaded.certificate.backupID, size: size, rows: rows, role: role)
        }
    }

    private static func nothing(of branch: String) -> BackupError {
        BackupError(.notFound, "The backup has nothing of a branch \(branch).")
    }
}
