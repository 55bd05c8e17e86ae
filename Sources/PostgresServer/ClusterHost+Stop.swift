#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension ClusterHost {
    /// Stops the server: sessions are ended, everything is written out, and it is gone when this returns.
    /// One that hangs for a minute is ended without the last write-out, from which its next start recovers.
    func stop(progress: ClusterProgressHandler) async throws(PrivateClusterError) {
        guard let postmaster = Postmaster.running(layout) else { return }
        progress(.stopping)
        let steps: [(signal: Int32, patience: Duration)] = [(SIGINT, .seconds(60)), (SIGQUIT, .seconds(15))]
        for step in steps {
            if kill(postmaster.id, step.signal) != 0, errno != ESRCH { throw .system("stop PostgreSQL", errno) }
            if await isGone(postmaster, within: step.patience) {
                SocketDirectory.remove(postmaster.socketDirectory)
                return
            }
        }
        throw PrivateClusterError(
            .stopFailed,
            "PostgreSQL (process \(postmaster.id)) does not stop. Its log is in \(layout.log)."
        )
    }

    private func isGone(_ postmaster: Postmaster, within patience: Duration) async -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + patience
        while postmaster.isAlive(in: layout) {
            if clock.now > end { return false }
            await uncancelledSleep(for: .milliseconds(10))
        }
        return true
    }
}
