import Postgres

extension ProjectionEngine {
    /// One transaction. What the body throws comes out as it was thrown.
    func transaction<R>(
        isolation level: IsolationLevel = .readCommitted,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await pool.withConnection { connection in
            try await connection.projectionTransaction(level, body)
        }
    }
}

extension PostgresConnection {
    /// One transaction. What the body throws comes out as it was thrown.
    func projectionTransaction<R>(
        _ level: IsolationLevel = .readCommitted,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        do {
            return try await withTransaction(isolation: level, body)
        } catch let error as PostgresTransactionError {
            throw error.body ?? error
        }
    }
}
