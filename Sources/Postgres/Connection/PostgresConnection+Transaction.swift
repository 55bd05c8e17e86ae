import CLibpq

/// What a transaction sees of others (SQL standard levels, as the server has them).
package enum IsolationLevel: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

extension PostgresConnection {
    /// Lends the connection within a transaction: committed if the body returns, rolled back if it throws.
    ///
    /// Throws `PostgresTransactionError`, which keeps apart what failed. Transactions do not nest. Unless it is isolated
    /// to an actor, the closure runs on the connection's own thread.
    package func withTransaction<R>(
        isolation level: IsolationLevel = .readCommitted,
        readOnly: Bool = false,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await withTaskExecutorPreference(executor) {
            try await runTransaction(level, readOnly: readOnly, isolation: isolation, body)
        }
    }

    private func runTransaction<R>(
        _ level: IsolationLevel,
        readOnly: Bool,
        isolation: isolated (any Actor)?,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        do {
            try await begin(level, readOnly: readOnly)
        } catch {
            throw PostgresTransactionError(begin: error)
        }
        let value: R
        do {
            value = try await body(self)
        } catch {
            throw PostgresTransactionError(body: error, rollback: await rollback())
        }
        do {
            try await commit()
        } catch {
            throw PostgresTransactionError(commit: error, rollback: isHealthy ? await rollback() : nil)
        }
        return value
    }

    private nonisolated func begin(_ level: IsolationLevel, readOnly: Bool) async throws {
        let text = "BEGIN ISOLATION LEVEL \(level.rawValue)\(readOnly ? " READ ONLY" : "")"
        try await perform(text, deadline: nil) { connection in
            let line = try connection.openLine()
            guard line.transactionStatus == PQTRANS_IDLE else {
                throw PostgresError(.misuse, "The connection is in a transaction already; transactions do not nest.")
            }
            _ = try await connection.runSimple(text, line)
        }
    }

    private nonisolated func commit() async throws {
        try await perform("COMMIT", deadline: nil) { connection in
            let result = try await connection.runSimple("COMMIT", connection.openLine())
            // COMMIT of a failed transaction succeeds, as a rollback.
            guard result.commandTag == "COMMIT" else {
                throw PostgresError(
                    .server(.inFailedTransaction),
                    "A statement of the transaction had failed, so that the server rolled it back instead of committing."
                )
            }
        }
    }

    /// Undoes the open transaction, if there is one; also in a cancelled task. Answers what went wrong.
    nonisolated func rollback() async -> (any Error)? {
        do {
            try await perform("ROLLBACK", deadline: .seconds(5), shielded: true) { connection in
                let line = try connection.openLine()
                if line.transactionStatus == PQTRANS_IDLE { return }
                _ = try await connection.runSimple("ROLLBACK", line)
            }
            return nil
        } catch {
            return error
        }
    }

    /// One statement without values; the caller has the turn.
    func runSimple(_ text: String, _ line: ServerLine) async throws -> ServerResult {
        guard PQsendQuery(line.pointer, text) == 1 else { throw lost(line) }
        try await flush(line)
        return try await collect(line)
    }
}
