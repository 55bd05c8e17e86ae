package import Logging

/// A PostgreSQL server of Daybook's own, under `postgres/` of a data directory, made from the installed programs.
///
/// The cluster is made on first use and found again later. Any number of processes may use it at once: the first
/// starts the server, the last stops it, and who is killed is no user any more. A server that was left running is
/// used as it is; one that was killed recovers at the next start.
///
/// It listens on a Unix socket alone and admits only root, its owner and whoever started it (see
/// `ClientAuthentication`). When we are root it runs as `postgres`, without privileges; it runs in a session of its
/// own, so that Ctrl-C does not reach it before its users are done.
package struct PrivateCluster: Sendable {
    package var dataDirectory: String
    package var options: ClusterOptions
    package var logger: Logger
    package var progress: ClusterProgressHandler

    /// - Parameters:
    ///   - dataDirectory: made where it is missing
    ///   - progress: told what the cluster is busy with, for a person who waits; called from any thread
    package init(
        dataDirectory: String,
        options: ClusterOptions = ClusterOptions(),
        logger: Logger,
        progress: @escaping ClusterProgressHandler = { _ in }
    ) {
        self.dataDirectory = dataDirectory
        self.options = options
        self.logger = logger
        self.progress = progress
    }

    /// Starts the server, or joins those who use it. The caller has to ``RunningCluster/release()`` it, or run it as
    /// a service.
    ///
    /// - Throws: ``PrivateClusterError``, with what to do about it
    package func start() async throws -> RunningCluster {
        let layout = try ClusterLayout(dataDirectory: dataDirectory)
        let use = try ClusterUse(layout)
        let progress = progress
        let options = options
        let (host, socket) = try await use.changing(progress: progress) {
            try use.join()
            let host = try ClusterHost(layout: layout, options: options)
            do {
                return (host, try await host.ensureRunning(progress: progress))
            } catch {
                use.release()
                throw error
            }
        }
        return RunningCluster(host: host, use: use, socket: socket, logger: logger, progress: progress)
    }

    /// Lends the cluster to the body: running before it, watched during it, and stopped after it if nobody else uses
    /// it, also where the body throws or is cancelled.
    @discardableResult
    package func withCluster<R>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (RunningCluster) async throws -> R
    ) async throws -> R {
        let cluster = try await start()
        let watch = Task { await cluster.watch() }
        let result: R
        do {
            result = try await body(cluster)
        } catch {
            watch.cancel()
            do {
                try await cluster.release()
            } catch let second {
                logger.error("the private cluster was left running", metadata: ["error": "\(second)"])
            }
            throw error
        }
        watch.cancel()
        try await cluster.release()
        return result
    }

    /// Lends the connection URL of a cluster in this data directory.
    @discardableResult
    package static func withCluster<R>(
        dataDirectory: String,
        options: ClusterOptions = ClusterOptions(),
        logger: Logger,
        progress: @escaping ClusterProgressHandler = { _ in },
        isolation: isolated (any Actor)? = #isolation,
        _ body: (String) async throws -> R
    ) async throws -> R {
        let cluster = PrivateCluster(
            dataDirectory: dataDirectory,
            options: options,
            logger: logger,
            progress: progress
        )
        return try await cluster.withCluster { try await body($0.connectionURL) }
    }

    static func url(database: String, socketDirectory: String) -> String {
        "postgresql:///\(percentEncoded(database))?host=\(percentEncoded(socketDirectory))"
            + "&port=\(SocketDirectory.port)&user=\(ClientAuthentication.user)"
    }

    private static func percentEncoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "/"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
