import Files

/// One server's hold on a data directory with a private cluster: a second one there would be a mistake.
///
/// Servers over a configured database are replicas, and may be many. The kernel frees the hold of a process that was
/// killed.
struct DataDirectoryHold: Sendable {
    private let lock: FileLock?

    /// Takes the hold. The data directory has to be there.
    init(_ configuration: DaybookConfiguration) throws {
        guard configuration.databaseURL == nil else {
            lock = nil
            return
        }
        let lock = try FileLock(path: "\(configuration.dataDirectory)/serve.lock")
        guard lock.attempt(.exclusive) else {
            throw ServerError(
                .dataDirectoryInUse,
                "A server is running on \(configuration.dataDirectory) already. Use that one, or another --data-dir; "
                    + "for several servers of one log, give each the same DATABASE_URL."
            )
        }
        self.lock = lock
    }

    func release() { lock?.release() }
}
