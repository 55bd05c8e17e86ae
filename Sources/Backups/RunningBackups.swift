import Synchronization

/// The backups that are being made in this process, or with which something else is done.
final class RunningBackups: Sendable {
    private struct Running {
        var progress: BackupProgress
        var task: Task<Void, Never>?
    }

    private let backups = Mutex<[String: Running]>([:])

    /// False where something is done with it already.
    func begin(_ id: String) -> Bool {
        backups.withLock { backups in
            guard backups[id] == nil else { return false }
            backups[id] = Running(progress: BackupProgress(stage: "starting", done: 0, total: 0))
            return true
        }
    }

    func attach(_ task: Task<Void, Never>, to id: String) { backups.withLock { $0[id]?.task = task } }

    func update(_ id: String, _ progress: BackupProgress) { backups.withLock { $0[id]?.progress = progress } }

    func end(_ id: String) { backups.withLock { $0[id] = nil } }

    func progress(of id: String) -> BackupProgress? { backups.withLock { $0[id]?.progress } }

    /// Stops all that go on by themselves, and waits until they have ended.
    func endAll() async {
        let tasks = backups.withLock { $0.values.compactMap(\.task) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// Stops one; false if it is not done here, or by somebody who waits for it.
    func cancel(_ id: String) -> Bool {
        guard let task = backups.withLock({ $0[id]?.task }) else { return false }
        task.cancel()
        return true
    }
}
