/// The time that something may take.
enum Deadline {
    /// It was not done in time, and was called off.
    struct Passed: Error {
        var duration: Duration
    }

    /// Does something, and calls it off when its time is over.
    ///
    /// - Throws: ``Passed`` then.
    static func keep<R: Sendable>(
        _ duration: Duration,
        _ body: @escaping @Sendable () async throws -> R
    ) async throws -> R {
        try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try? await Task.sleep(for: duration)
                return nil
            }
            defer { group.cancelAll() }
            if let result = try await group.next() ?? nil { return result }
            // Its time is over, or whoever waits was called off. What it has done already counts.
            group.cancelAll()
            do {
                if let result = try await group.next() ?? nil { return result }
            } catch {
                if Task.isCancelled { throw error }
            }
            throw Passed(duration: duration)
        }
    }
}
