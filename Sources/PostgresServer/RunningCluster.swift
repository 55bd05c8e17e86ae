import Logging
import ServiceLifecycle

/// A use of a private cluster: the server runs, at least until ``release()``.
///
/// As a `Service` it watches the server, starts it again when it dies, and gives up its use at graceful shutdown; put
/// it first in its group, so that it is the last to go.
package actor RunningCluster: Service {
    /// How to connect to the database `daybook`, for libpq and everything that understands its URLs. Holds no secret.
    package nonisolated let connectionURL: String
    /// The directory of the server's socket.
    package nonisolated let socketDirectory: String

    private let host: ClusterHost
    private let use: ClusterUse
    private let logger: Logger
    private let progress: ClusterProgressHandler
    private var isReleased = false

    init(
        host: ClusterHost,
        use: ClusterUse,
        socket: SocketDirectory,
        logger: Logger,
        progress: @escaping ClusterProgressHandler
    ) {
        self.host = host
        self.use = use
        self.socketDirectory = socket.path
        self.connectionURL = PrivateCluster.url(database: ClientAuthentication.database, socketDirectory: socket.path)
        self.logger = logger
        self.progress = progress
    }

    /// The URL of another database of the same cluster.
    package nonisolated func connectionURL(database: String) -> String {
        PrivateCluster.url(database: database, socketDirectory: socketDirectory)
    }

    /// The server's main process, for those who look after it, or nil where none runs at the moment.
    package nonisolated var processID: Int32? { Postmaster.running(host.layout)?.id }

    package func run() async throws {
        await watch()
        try await release()
    }

    /// Starts the server again whenever it is gone, until the task is cancelled or the service group shuts down.
    func watch() async {
        await cancelWhenGracefulShutdown {
            var pause = Duration.milliseconds(500)
            var checks = 0
            while !Task.isCancelled {
                try? await Task.sleep(for: pause)
                pause = .milliseconds(500)
                checks += 1
                if checks % 600 == 0 { ServerLog(directory: self.host.layout.log).prune() }
                guard !Task.isCancelled, Postmaster.running(self.host.layout) == nil else { continue }
                do {
                    try await self.revive()
                } catch {
                    self.logger.error("PostgreSQL could not be started again", metadata: ["error": "\(error)"])
                    pause = .seconds(5)
                }
            }
        }
    }

    /// Starts the server if it is gone: it was killed, or somebody stopped it under us.
    package func revive() async throws {
        guard !isReleased else { return }
        logger.warning("PostgreSQL is gone; starting it again")
        let host = host
        let progress = progress
        try await use.changing(progress: progress) { @Sendable in
            // Somebody may have ended this use while we waited: then nobody would stop what we start.
            guard await !self.isReleased else { return }
            _ = try await host.ensureRunning(progress: progress)
        }
        logger.info("PostgreSQL is back")
    }

    /// Ends this use. The server is stopped if nobody else uses it; when this returns, it is gone.
    /// Does its work even in a cancelled task, and only once.
    package func release() async throws {
        guard !isReleased else { return }
        isReleased = true
        let host = host
        let use = use
        let progress = progress
        try await use.changing(progress: progress) {
            guard use.leave() else { return }
            defer { use.release() }
            try await host.stop(progress: progress)
        }
    }
}
