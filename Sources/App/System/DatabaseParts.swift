import EventStore
import Foundation
import Logging
import Postgres
import ProjectionEngine
import ServiceLifecycle

/// The parts that every way of using a database needs, wired together. Nothing is touched by making them.
struct DatabaseParts: Sendable {
    let pool: PostgresPool
    let followerPool: PostgresPool
    let projections: ProjectionEngine
    let store: EventStore

    init(_ configuration: DaybookConfiguration, _ postgres: PostgresConfiguration, logger: Logger) throws {
        let asWriter: @Sendable (PostgresConnection) async throws -> Void = { try await $0.becomeWriter() }
        pool = PostgresPool(
            configuration: postgres,
            maximumConnections: configuration.databaseConnections,
            limits: StatementLimits(
                statement: configuration.statementTimeout,
                // The first rows of a stream may be long in coming: they are sorted, or counted up, before.
                batch: configuration.statementTimeout * 8
            ),
            logger: logger,
            onConnect: asWriter
        )
        followerPool = PostgresPool(
            configuration: postgres,
            maximumConnections: configuration.followerConnections,
            logger: logger,
            onConnect: asWriter
        )
        let committed = CommitSignal()
        projections = try ProjectionEngine(pool: followerPool, committed: committed, logger: logger)
        store = EventStore(
            configuration: postgres,
            pool: pool,
            keys: KeyStore(directory: URL(fileURLWithPath: configuration.dataDirectory).appendingPathComponent("keys")),
            inline: projections.inlineProjections,
            committed: committed,
            logger: logger
        )
    }
}
