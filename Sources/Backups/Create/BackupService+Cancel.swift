package import EventStore
import Events

extension BackupService {
    private static let look = Duration.seconds(1)

    /// Stops a backup that is being made, or rehearsed, by this server; or one that another server or a command makes, which
    /// reads in the log that it is to stop.
    package func cancel(_ id: String, by author: Author) async throws {
        if running.cancel(id) { return }
        guard try await history.backups(id: id, limit: 1).first?.state == .running else {
            throw BackupError(.conflict, "The backup \(id) is not being made, nor rehearsed by this server.")
        }
        try await append(
            Events.Backups.Failed(backupID: id, cancelled: true, reason: "Somebody stopped it."),
            by: author
        )
    }

    /// Does something for a backup until the log says that it was stopped.
    func unlessStopped<R: Sendable>(_ id: String, _ body: @escaping @Sendable () async throws -> R) async throws -> R {
        try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                repeat { try await Task.sleep(for: Self.look) } while await !self.isStopped(id)
                return nil
            }
            let result = try await group.next()
            group.cancelAll()
            guard let result = result ?? nil else { throw CancellationError() }
            return result
        }
    }

    private func isStopped(_ id: String) async -> Bool {
        // Failed: another server took it for left behind, and has removed its files.
        guard let state = try? await history.backups(id: id, limit: 1).first?.state else { return false }
        return state == .cancelled || state == .failed
    }
}
