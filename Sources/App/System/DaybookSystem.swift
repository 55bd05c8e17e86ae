package import Access
package import Audit
package import Backups
package import EventStore
package import Exports
import Foundation
package import Institution
package import Logging
import Monitoring
package import Notifications
package import Postgres
package import ProjectionEngine
package import Recovery
package import Redis
import ServiceLifecycle

/// Every part of Daybook over one database, wired together; whatever runs Daybook runs this.
package struct DaybookSystem: Sendable {
    /// What it was made from.
    package let configuration: DaybookConfiguration
    /// The pool that requests share.
    package let pool: PostgresPool
    /// The log.
    package let store: EventStore
    /// The read models.
    package let projections: ProjectionEngine
    /// Access in memory.
    package let directory: AccessDirectory
    /// Roles, permissions and who has them.
    package let access: AccessService
    /// Users and their tokens.
    package let tokens: TokenService
    /// The history.
    package let audit: AuditService
    /// What happens at the institution.
    package let institution: InstitutionService
    /// Telling people things.
    package let notifications: NotificationService
    /// Copies of the log.
    package let backups: BackupService
    /// Reports made into files.
    package let exports: ExportService
    /// Going back to a moment.
    package let recovery: RecoveryService
    /// What the parts write to.
    package let logger: Logger

    /// Redis, where servers share one.
    package let redis: RedisPool?
    /// The same Redis for limits, by connections of their own: large values of the cache do not hold them up.
    package let limitsRedis: RedisPool?
    /// The pool of what goes on behind requests.
    package let followerPool: PostgresPool

    /// Wires the parts. The database is migrated and the read models are prepared; nothing runs yet.
    init(
        _ configuration: DaybookConfiguration,
        databaseURL: String,
        progress: @escaping ProjectionProgress.Handler,
        isRestoring: Bool,
        logger: Logger
    ) async throws {
        self.configuration = configuration
        self.logger = logger
        // Before any part makes its first metric.
        PrometheusRegistry.bootstrap()
        let postgres = try PostgresConfiguration(url: databaseURL)
        if !isRestoring {
            let connection = try await PostgresConnection.connect(postgres, logger: logger)
            let isUnfinished: Bool
            do { isUnfinished = try await RestoreMark.isThere(connection) } catch {
                await connection.close()
                throw error
            }
            await connection.close()
            if isUnfinished { throw Self.unfinishedRestore }
        }
        _ = try await Self.migrate(postgres, logger: logger)
        let parts = try DatabaseParts(configuration, postgres, logger: logger)
        pool = parts.pool
        followerPool = parts.followerPool
        projections = parts.projections
        store = parts.store
        redis = try configuration.redis.map { try RedisPool(configuration: $0, logger: logger) }
        limitsRedis = try configuration.redis.map { try RedisPool(configuration: $0, logger: logger) }
        try await projections.prepare(progress: progress)
        directory = try AccessDirectory(store: store, pool: pool, logger: logger)
        access = try AccessService(
            store: store,
            pool: pool,
            directory: directory,
            projections: projections,
            decisions: configuration.decisions,
            node: MonitoringSettings(configuration).node
        )
        tokens = try TokenService(access, pool: pool)
        audit = try AuditService(store: store, pool: pool, engine: projections)
        institution = try InstitutionService(store: store, pool: pool, engine: projections)
        notifications = try NotificationService(
            store: store,
            pool: pool,
            engine: projections,
            channels: OutgoingWays.connect(configuration, keys: store.keys),
            logger: logger
        )
        backups = try BackupService(
            store: store,
            pool: followerPool,
            engine: projections,
            repositories: try configuration.backups.storages(),
            keys: try configuration.backups.keys(),
            allowsPlain: configuration.backups.allowsPlain,
            limits: configuration.backups.limits,
            productVersion: DaybookServer.version,
            logger: logger
        )
        var exporting = configuration.exports.settings
        exporting.node = MonitoringSettings(configuration).node
        exports = try ExportService(
            store: store,
            pool: followerPool,
            engine: projections,
            authority: DirectoryExportAuthority(directory: directory),
            storage: configuration.exports.storage(),
            rendering: .all(institution: configuration.institution),
            settings: exporting,
            mailer: OutgoingWays.exportMailer(configuration),
            logger: logger
        )
        recovery = try RecoveryService(
            store: store,
            pool: pool,
            engine: projections,
            administration: BuiltInPermission.administration.map(\.name),
            afterwards: { [access] in
                // A moment before this release lacks the permissions that it brought.
                do { _ = try await FirstStart(access: access).install(issuesToken: false) } catch {
                    logger.error(
                        "this release's permissions could not be installed after the restore; its next start does it",
                        metadata: ["error": "\(error)"]
                    )
                }
            }
        )
    }

    /// Brings the log's schema up to date.
    static func migrate(_ postgres: PostgresConfiguration, logger: Logger) async throws -> LogSchema.Outcome {
        let connection = try await PostgresConnection.connect(postgres, logger: logger)
        do {
            let outcome = try await LogSchema.migrate(connection, logger: logger)
            await connection.close()
            return outcome
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Everything that has to run while the system is used, in the order of start. Stop it the other way round.
    var services: [any Service] {
        foundations + [ExpiryReactor(access, pool: followerPool)] + notifications.services
    }

    /// What has to run to read and to record. Nothing acts on its own: no backup is made or removed, nobody is told anything.
    var foundations: [any Service] {
        [redis, limitsRedis].compactMap(\.self) + [
            pool, followerPool, store, projections, directory, access.decisions,
        ]
    }

    /// Opens the log and installs what every log needs. The services must be running.
    ///
    /// - Returns: the first administrator's token, when this call made one. Known only here.
    func open(_ first: FirstAdministrator, isRestoring: Bool) async throws -> IssuedToken? {
        if isRestoring {
            try await store.openLog(origin: Self.newOrigin())
        } else {
            try await openUnlessRestoring()
        }
        return try await FirstStart(access: access).install(issuesToken: first == .withToken)
    }

    /// Looks once more, and opens the log while no restore can begin: one may have begun since, and brought the log, or may
    /// take the place for empty.
    private func openUnlessRestoring() async throws {
        try await PostgresConnection.withConnection(pool.configuration, logger: logger) { connection in
            guard try await RestoreMark.keepOut(connection), try await !RestoreMark.isThere(connection) else {
                throw Self.unfinishedRestore
            }
            try await store.openLog(origin: Self.newOrigin())
        }
    }

    static let unfinishedRestore = BackupError(
        .conflict,
        "A restore is under way here, or was broken off: run daybook backup restore again to finish it. Until then nothing "
            + "starts here."
    )

    /// A name for a new log that no other log has.
    private static func newOrigin() -> String {
        "daybook/\(UUID().uuidString.lowercased())"
    }
}
