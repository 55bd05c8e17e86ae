package import EventStore
import Foundation
package import Logging
package import Postgres
package import PostgresServer
package import ProjectionEngine
import ServiceLifecycle

/// What can be looked at in a Daybook's database while nothing of it runs, or while something is wrong with it.
///
/// Nothing is migrated, opened or recorded. The store serves reads and verification alone; an append would wait for
/// ever.
package struct DaybookInspection: Sendable {
    /// What it was made from.
    package let configuration: DaybookConfiguration
    /// Connections.
    package let pool: PostgresPool
    /// The log, to be read.
    package let store: EventStore
    /// The read models.
    package let projections: ProjectionEngine
    private let postgres: PostgresConfiguration
    private let logger: Logger

    /// Lends the parts over a database that has a log already.
    ///
    /// - Throws: ``NoLogError`` where there is none: looking for one makes none.
    package static func withOpen<R: Sendable>(
        _ configuration: DaybookConfiguration,
        logger: Logger,
        progress: @escaping ClusterProgressHandler = { _ in },
        _ body: @escaping @Sendable (DaybookInspection) async throws -> R
    ) async throws -> R {
        try requireCluster(configuration)
        return try await withDatabase(configuration, logger: logger, progress: progress) { url in
            let postgres = try PostgresConfiguration(url: url)
            let parts = try DatabaseParts(configuration, postgres, logger: logger)
            let inspection = DaybookInspection(
                configuration: configuration,
                pool: parts.pool,
                store: parts.store,
                projections: parts.projections,
                postgres: postgres,
                logger: logger
            )
            try await cancelWhenGracefulShutdown { try await requireLog(postgres, logger) }
            return try await withServices([parts.pool, parts.followerPool], logger: logger) {
                try await cancelWhenGracefulShutdown { try await body(inspection) }
            }
        }
    }

    /// Compares schema `log` with what the shipped files make, with all the rights that the connecting user has.
    package func compareSchema() async throws -> LogSchema.Comparison {
        let connection = try await PostgresConnection.connect(postgres, logger: logger)
        do {
            let comparison = try await LogSchema.compare(connection)
            await connection.close()
            return comparison
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Refuses a data directory without a private cluster, where that is what would be used.
    package static func requireCluster(_ configuration: DaybookConfiguration) throws {
        guard configuration.databaseURL == nil else { return }
        let data = URL(fileURLWithPath: configuration.dataDirectory).appendingPathComponent("postgres").path
        guard FileManager.default.fileExists(atPath: data) else {
            throw NoLogError(
                message: "There is no Daybook in \(configuration.dataDirectory). Name the right --data-dir, "
                    + "or make one there with: daybook serve"
            )
        }
    }

    /// Asks on a connection of its own: the role that pools act as need not be there yet.
    private static func requireLog(_ postgres: PostgresConfiguration, _ logger: Logger) async throws {
        let connection = try await PostgresConnection.connect(postgres, logger: logger)
        let found: Bool?
        do {
            found = try await connection.query("select to_regclass('log.head') is not null").first?.decode(Bool.self)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        guard found == true else {
            throw NoLogError(
                message: "The database holds no log. Check DATABASE_URL, or make one with: daybook migrate"
            )
        }
    }
}

/// There is no log where one was looked for.
package struct NoLogError: Error, Sendable, CustomStringConvertible {
    /// What to do.
    package var message: String
    /// The message.
    package var description: String { message }
}
