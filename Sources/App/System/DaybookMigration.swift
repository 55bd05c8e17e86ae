import EventStore
package import Logging
import Postgres
package import ProjectionEngine
import ServiceLifecycle

/// What bringing a database up to date did.
package struct DaybookMigration: Sendable {
    /// The files of the log's schema that ran.
    package var applied: [String]
    /// How the read models stand now.
    package var projections: [ProjectionStatus]

    /// Brings the log's schema and the read models up to date, and nothing else: no key, no event, no administrator.
    package static func run(
        _ configuration: DaybookConfiguration,
        logger: Logger,
        progress: StartProgress = StartProgress()
    ) async throws -> DaybookMigration {
        try await withDatabase(configuration, logger: logger, progress: progress.cluster) { url in
            try await cancelWhenGracefulShutdown {
                let postgres = try PostgresConfiguration(url: url)
                let outcome = try await DaybookSystem.migrate(postgres, logger: logger)
                let parts = try DatabaseParts(configuration, postgres, logger: logger)
                return try await withServices([parts.followerPool], logger: logger) {
                    try await parts.projections.prepare(progress: progress.projections)
                    return DaybookMigration(
                        applied: outcome.applied,
                        projections: try await parts.projections.status()
                    )
                }
            }
        }
    }
}
