/// Lets one at a time follow the log.
actor FollowingTurn {
    private var running: Task<Void, any Error>?

    /// Does the work after whatever is under way.
    func take(_ work: @escaping @Sendable () async throws -> Void) async throws {
        let before = running
        let task = Task {
            _ = await before?.result
            try await work()
        }
        running = task
        try await task.value
    }
}
