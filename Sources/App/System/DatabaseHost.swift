import Logging
import PostgresServer
import ServiceLifecycle

/// Where the database is: the one that is configured, or a private cluster that runs for as long as it is used.
struct DatabaseHost: Sendable {
    let url: String
    /// The private cluster, to be run as the first service.
    let cluster: RunningCluster?

    static func start(
        _ configuration: DaybookConfiguration,
        progress: @escaping ClusterProgressHandler,
        logger: Logger
    ) async throws -> DatabaseHost {
        if let url = configuration.databaseURL { return DatabaseHost(url: url.reveal(), cluster: nil) }
        let cluster = try await PrivateCluster(
            dataDirectory: configuration.dataDirectory,
            options: ClusterOptions(
                binaries: configuration.postgresBinaries,
                searchPath: configuration.programDirectories
            ),
            logger: logger,
            progress: progress
        )
        .start()
        return DatabaseHost(url: cluster.connectionURL, cluster: cluster)
    }
}
