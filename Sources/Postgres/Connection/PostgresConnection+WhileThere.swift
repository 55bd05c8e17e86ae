extension PostgresConnection {
    /// Does something for as long as the connection is there, since a lock hangs on it that others wait for.
    ///
    /// The server is asked every few seconds, which also keeps what lies between from ending a connection that is quiet. When
    /// it does not answer, what is done is cancelled.
    ///
    /// - Throws: `PostgresError` where the connection was lost; what the body throws.
    package nonisolated func whileThere<R: Sendable>(
        asking pause: Duration = .seconds(5),
        _ body: @escaping @Sendable () async throws -> R
    ) async throws -> R {
        try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while true {
                    try await Task.sleep(for: pause)
                    _ = try await self.query("select 1", deadline: .seconds(30))
                }
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() ?? nil else { throw CancellationError() }
            return result
        }
    }
}
