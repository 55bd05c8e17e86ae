import Files

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One user's hold on a cluster that several processes use.
///
/// Everybody holds the users' lock shared; who starts or stops holds the change lock. Leaving takes the change lock
/// and tries for the users' lock alone: whoever gets it was the last. The kernel frees both locks of a process that
/// is killed, so nothing has to be counted, and nothing can be counted wrong.
struct ClusterUse: Sendable {
    private let users: FileLock
    private let layout: ClusterLayout

    init(_ layout: ClusterLayout) throws(PrivateClusterError) {
        self.layout = layout
        self.users = try Self.lock(layout.usersLock, layout)
    }

    /// Runs the body while nobody else starts or stops the cluster.
    func changing<R>(
        progress: ClusterProgressHandler,
        _ body: () async throws -> R
    ) async throws -> R {
        let change = try Self.lock(layout.changeLock, layout)
        var told = false
        while !change.attempt(.exclusive) {
            if !told { progress(.waitingForAnotherProcess) }
            told = true
            await uncancelledSleep(for: .milliseconds(20))
        }
        defer { change.release() }
        return try await body()
    }

    /// Counts us among the users. Inside `changing`, where nobody holds the lock alone for longer than a check.
    func join() throws(PrivateClusterError) {
        guard users.attempt(.shared) else {
            throw PrivateClusterError(.system, "\(users.path) is locked by a program that is not Daybook.")
        }
    }

    /// Whether we are the last; inside `changing`. Where not, we are no user any more.
    func leave() -> Bool {
        if users.attempt(.exclusive) { return true }
        users.release()
        return false
    }

    func release() { users.release() }

    private static func lock(_ path: String, _ layout: ClusterLayout) throws(PrivateClusterError) -> FileLock {
        let lock: FileLock
        do { lock = try FileLock(path: path) } catch { throw .system("open the lock file \(path)", error.code) }
        if geteuid() == 0, let owner = PosixFile.status(layout.dataDirectory), owner.st_uid != 0 {
            lock.give(to: owner.st_uid, owner.st_gid)
        }
        return lock
    }
}
