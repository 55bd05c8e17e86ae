import Synchronization

/// What is being read of backups for previews: whoever asks for one that is being read waits for the same.
final class OpenPreviews: Sendable {
    private let tasks = Mutex<[String: Task<BackupPreview, any Error>]>([:])

    /// Reads a backup, or waits for whoever reads it. It is read to the end also where nobody waits any more.
    func value(
        of id: String,
        _ read: @escaping @Sendable () async throws -> BackupPreview
    ) async throws -> BackupPreview {
        let task: Task<BackupPreview, any Error> = tasks.withLock { open in
            if let known = open[id] { return known }
            let task = Task { [self] in
                defer { tasks.withLock { $0[id] = nil } }
                return try await read()
            }
            open[id] = task
            return task
        }
        return try await task.value
    }
}
