package import Access
package import Logging
package import PostgresServer
package import ProjectionEngine
import ServiceLifecycle
import Synchronization

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

extension DaybookSystem {
    /// Starts the system, lends it, and stops it: the database last.
    ///
    /// SIGINT and SIGTERM cancel the body and stop everything in order.
    ///
    /// - Parameter body: the second argument is the first administrator's token, on the very first start.
    package static func withRunning<R: Sendable>(
        _ configuration: DaybookConfiguration,
        logger: Logger,
        progress: StartProgress = StartProgress(),
        _ body: @escaping @Sendable (DaybookSystem, IssuedToken?) async throws -> R
    ) async throws -> R {
        let database = try await DatabaseHost.start(configuration, progress: progress.cluster, logger: logger)
        let system: DaybookSystem
        do {
            system = try await DaybookSystem(
                configuration,
                databaseURL: database.url,
                progress: progress.projections,
                logger: logger
            )
        } catch {
            try? await database.cluster?.release()
            throw error
        }
        let main = MainService {
            let token = try await system.open()
            return try await body(system, token)
        }
        let services: [any Service] = (database.cluster.map { [$0] } ?? []) + system.services
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) } + [
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: main,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup
                    )
                ],
                gracefulShutdownSignals: [.sigint, .sigterm],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch {
            // The main service's own error says more than that the group stopped for it.
            if case .failure(let cause)? = main.result { throw cause }
            throw error
        }
        guard let result = main.result else { throw CancellationError() }
        return try result.get()
    }
}

/// The work for whose sake the other services run.
private final class MainService<R: Sendable>: Service {
    private let body: @Sendable () async throws -> R
    private let outcome = Mutex<Result<R, any Error>?>(nil)

    init(_ body: @escaping @Sendable () async throws -> R) {
        self.body = body
    }

    var result: Result<R, any Error>? { outcome.withLock { $0 } }

    func run() async throws {
        do {
            let value = try await body()
            outcome.withLock { $0 = .success(value) }
        } catch {
            outcome.withLock { $0 = .failure(error) }
            throw error
        }
    }
}
