package import Access
package import Logging
package import PostgresServer
package import ProjectionEngine
import ServiceLifecycle

/// What a person who waits for the system to start may be told.
package struct StartProgress: Sendable {
    /// What the private cluster is busy with.
    package var cluster: ClusterProgressHandler
    /// How far a rebuild of a read model is.
    package var projections: ProjectionProgress.Handler

    /// Handlers; by default nobody listens.
    package init(
        cluster: @escaping ClusterProgressHandler = { _ in },
        projections: @escaping ProjectionProgress.Handler = { _ in }
    ) {
        self.cluster = cluster
        self.projections = projections
    }
}

/// How the first start leaves the administrator that it makes.
package enum FirstAdministrator: Sendable {
    /// With a token, which is told once.
    case withToken
    /// Without one: nobody would be there to be told.
    case withoutToken
}

extension DaybookSystem {
    /// Starts the system, lends it, and stops it: the database last.
    ///
    /// SIGINT and SIGTERM stop everything in order; a body that is to end with them listens for graceful shutdown.
    ///
    /// - Parameters:
    ///   - administrator: how the very first start leaves the administrator that it makes.
    ///   - isRestoring: whether a restore records what it did; anybody else is refused until it is finished.
    ///   - body: the second argument is the first administrator's token, on the very first start.
    package static func withRunning<R: Sendable>(
        _ configuration: DaybookConfiguration,
        logger: Logger,
        progress: StartProgress = StartProgress(),
        administrator: FirstAdministrator = .withToken,
        isRestoring: Bool = false,
        _ body: @escaping @Sendable (DaybookSystem, IssuedToken?) async throws -> R
    ) async throws -> R {
        // Before a cluster is made where one is missing.
        if !isRestoring, DirectoryMark.isThere(configuration) { throw DaybookSystem.unfinishedRestore }
        return try await withDatabase(configuration, logger: logger, progress: progress.cluster) { url in
            let system = try await cancelWhenGracefulShutdown {
                try await DaybookSystem(
                    configuration,
                    databaseURL: url,
                    progress: progress.projections,
                    isRestoring: isRestoring,
                    logger: logger
                )
            }
            // What a restored log has not yet recorded, that it is one, nothing may act without knowing.
            return try await withServices(isRestoring ? system.foundations : system.services, logger: logger) {
                let token = try await cancelWhenGracefulShutdown {
                    try await system.open(administrator, isRestoring: isRestoring)
                }
                return try await body(system, token)
            }
        }
    }
}
