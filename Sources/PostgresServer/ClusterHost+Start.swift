#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension ClusterHost {
    /// Uses the server that runs, or starts one, after making the cluster on its first use. Returns when the server
    /// accepts connections, however long it recovers; not cut short by cancellation.
    func ensureRunning(progress: ClusterProgressHandler) async throws -> SocketDirectory {
        let exists = try checkExistingCluster()
        if exists, let postmaster = Postmaster.running(layout) {
            progress(.adopted)
            return try await waitUntilReady(child: nil, recovering: !postmaster.isReady, progress)
        }
        let installation = try await PostgresInstallation.find(options)
        try prepareDirectories()
        if !exists { try await initialize(installation, progress: progress) }
        return try await start(installation, progress)
    }

    private func start(
        _ installation: PostgresInstallation,
        _ progress: ClusterProgressHandler
    ) async throws -> SocketDirectory {
        ServerLog(directory: layout.log).prune()
        try writeConfiguration()
        let socket = try SocketDirectory.prepare(layout, account)
        let path = try await serverPath("data")
        let configuration = String(path.dropLast("/data".count))
        let command = [
            installation.postgres, "-D", path,
            "-c", "config_file=\(configuration)/postgresql.conf",
            "-c", "hba_file=\(configuration)/pg_hba.conf",
            "-c", "ident_file=\(configuration)/pg_ident.conf",
            "-c", "unix_socket_directories=\(socket.serverPath)",
        ]
        let clock = ContinuousClock()
        let begin = clock.now
        while true {
            // The file of a server that did not stop cleanly: recovery is ahead.
            let recovering = PosixFile.status(layout.postmasterFile) != nil
            forgetStranger()
            progress(.starting)
            let child = try ChildProcess.start(
                command,
                as: account,
                output: layout.startupOutput,
                lending: layout.home
            )
            do {
                return try await waitUntilReady(child: child, recovering: recovering, progress)
            } catch let error as PrivateClusterError {
                let waited = clock.now - begin
                guard Self.isHeldByOldSessions(error), waited < .seconds(60) else { throw error }
                progress(.waitingForOldSessions)
                endOldSessions(after: waited)
                await uncancelledSleep(for: .milliseconds(200))
            }
        }
    }

    /// Removes a killed server's `postmaster.pid` when a stranger has its number now; PostgreSQL would take the
    /// stranger for the server and refuse. Its own lock on shared memory still keeps a second server out.
    private func forgetStranger() {
        guard let text = PosixFile.text(layout.postmasterFile), let left = Postmaster(lockFile: text) else { return }
        if !left.isAlive(in: layout), kill(left.id, 0) == 0 { unlink(layout.postmasterFile) }
    }

    private static func isHeldByOldSessions(_ error: PrivateClusterError) -> Bool {
        error.message.contains("pre-existing shared memory block")
    }

    /// Sessions of a killed server end when they notice; one in a long statement is asked, at last told, to.
    private func endOldSessions(after waited: Duration) {
        guard waited > .seconds(3) else { return }
        for id in Postmaster.working(in: layout) { kill(id, waited > .seconds(15) ? SIGQUIT : SIGTERM) }
    }

    private func waitUntilReady(
        child: ChildProcess?,
        recovering: Bool,
        _ progress: ClusterProgressHandler
    ) async throws -> SocketDirectory {
        let clock = ContinuousClock()
        let begin = clock.now
        var told = begin
        let log = ServerLog(directory: layout.log)
        while true {
            // Asked of the child itself first: one that ended has said why.
            if child?.exitStatus() != nil { throw failure() }
            let postmaster = Postmaster.running(layout)
            if let postmaster, postmaster.isReady {
                progress(.ready)
                return socketDirectory(of: postmaster)
            }
            if child == nil, postmaster == nil { throw failure() }
            let now = clock.now
            if recovering, now - told >= .seconds(1) {
                told = now
                progress(.recovering(elapsed: now - begin, detail: log.recoveryDetail()))
            }
            await uncancelledSleep(for: .milliseconds(now - begin < .seconds(1) ? 10 : 100))
        }
    }

    private func socketDirectory(of postmaster: Postmaster) -> SocketDirectory {
        let named = postmaster.socketDirectory
        return SocketDirectory(path: named.hasPrefix("/") ? named : layout.socket, serverPath: named)
    }

    private func failure() -> PrivateClusterError {
        let said = (PosixFile.text(layout.startupOutput) ?? "").split(separator: "\n").suffix(8).map(String.init)
        let logged = ServerLog(directory: layout.log).lastLines(8)
        let words = said.filter { !$0.contains("logging collector") && !$0.contains("Future log output") } + logged
        return .program("PostgreSQL", failedWith: words.joined(separator: "\n"), as: .startFailed)
    }
}
