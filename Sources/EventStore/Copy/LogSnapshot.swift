import Postgres

/// The log as it stands at one moment, to be copied by several at once.
///
/// All see the same rows, and the checkpoint is that of these: what is erased or released meanwhile is still there, as it was
/// when the checkpoint was signed. Holds up nobody; while it is open the database keeps what is changed. Close it.
package final class LogSnapshot: Sendable {
    /// The signed checkpoint of all of it; nil where the log is empty.
    package let note: String?
    private let name: String
    private let pool: PostgresPool
    /// Whose transaction the others take part in.
    private let connection: PostgresConnection

    fileprivate init(note: String?, name: String, pool: PostgresPool, connection: PostgresConnection) {
        self.note = note
        self.name = name
        self.pool = pool
        self.connection = connection
    }

    /// Closes it. Once.
    package func close() async { await connection.close() }

    /// Lends a connection that sees the log as it was.
    ///
    /// - Throws: what the body throws; `PostgresError`.
    func read<R>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
        do {
            return try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
                _ = try await connection.script("set transaction snapshot \(SQL.quoted(literal: name))")
                return try await body(connection)
            }
        } catch let error as PostgresTransactionError {
            throw error.body ?? error
        }
    }
}

extension EventStore {
    /// The log as it stands now.
    package func openSnapshot() async throws -> LogSnapshot {
        let connection = try await PostgresConnection.connect(pool.configuration, logger: logger)
        do {
            // Nothing is asked on it for as long as the snapshot is in use.
            try await connection.becomeWriter(silence: .zero)
            _ = try await connection.script("begin isolation level repeatable read read only")
            // No table is touched in it: it would hold off changes to that table for as long as it is open.
            let name = try await connection.query("select pg_export_snapshot()").first?.decode(String.self) ?? ""
            let snapshot = LogSnapshot(note: nil, name: name, pool: pool, connection: connection)
            let note = try await snapshot.read { connection in
                try await connection.query(
                    "select c.note from log.head as h cross join log.checkpoint_covering(h.size) as c"
                ).first?.decode(String?.self)
            }
            return LogSnapshot(note: note ?? nil, name: name, pool: pool, connection: connection)
        } catch {
            await connection.close()
            throw error
        }
    }
}
