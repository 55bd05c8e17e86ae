package import PostgresServer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A PostgreSQL server of one test's own, to be killed, frozen and brought back. It flushes like a real one.
package struct FaultCluster: Sendable {
    /// What it runs on, for a second user or a server of the product.
    package let dataDirectory: String
    private let running: RunningCluster

    /// Lends a cluster, and removes it afterwards.
    @discardableResult
    package static func withCluster<R>(
        durability: ClusterOptions.Durability = .full,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (FaultCluster) async throws -> R
    ) async throws -> R {
        let directory = try TemporaryClusters.makeDirectory()
        defer { TemporaryClusters.remove(directory) }
        let running = try await PrivateCluster(
            dataDirectory: directory,
            options: ClusterOptions(durability: durability),
            logger: LogFixture.quiet
        ).start()
        return try await body(FaultCluster(dataDirectory: directory, running: running))
    }

    /// The URL of its database, the same after every restart.
    package var connectionURL: String { running.connectionURL }

    package func connectionURL(database: String) -> String { running.connectionURL(database: database) }

    /// The server's main process, or nil while it is dead.
    package var processID: Int32? { running.processID }

    /// `kill -9` of the server's main process; its sessions end when they notice. Returns when it is dead.
    package func kill() async throws {
        guard let id = running.processID else { return }
        signal(id, SIGKILL)
        while running.processID != nil { try await Task.sleep(for: .milliseconds(2)) }
    }

    /// Returns when the sessions of a killed server have ended too: until they notice, they may answer one more query.
    package func awaitSessionsEnd() async throws {
        while !processes.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
    }

    /// Brings a killed server back, through its crash recovery; does nothing to one that runs.
    package func restart() async throws { try await running.revive() }

    /// Stops the server's processes without ending them, as a machine does that hangs.
    package func freeze() { for id in processes { signal(id, SIGSTOP) } }

    /// Lets a frozen server go on.
    package func thaw() { for id in processes { signal(id, SIGCONT) } }

    private var processes: [Int32] { PrivateCluster.serverProcesses(dataDirectory: dataDirectory) }

    private func signal(_ id: Int32, _ number: Int32) {
        #if canImport(Glibc)
            Glibc.kill(id, number)
        #else
            Darwin.kill(id, number)
        #endif
    }
}
