import EventStore
package import Postgres

/// A log that loses its newest events, as when a failover manager promotes a standby that had not received them.
package struct ShorterLog: Sendable {
    private let pool: PostgresPool
    /// How many events it goes back to.
    package let size: Int64

    /// Remembers the end of the log, to go back to.
    package static func remembering(_ log: LogFixture) async throws -> ShorterLog {
        try await log.pool.execute("create table public.head as select * from log.head")
        return ShorterLog(pool: log.pool, size: try await log.store.head().size)
    }

    /// Takes away what was recorded since, and what a read model has of it.
    package func cut(_ readModel: SQL? = nil) async throws {
        try await pool.withTransaction { connection in
            try await connection.script("set local session_replication_role = replica")
            if let readModel { try await connection.execute(readModel) }
            try await connection.execute("delete from log.events where position >= \(size)")
            try await connection.execute("delete from log.checkpoints where size > \(size)")
            try await connection.execute(
                """
                update log.head set size = h.size, edge = h.edge, recorded_at = h.recorded_at,
                    inline_size = h.inline_size
                from public.head as h
                """
            )
        }
    }
}
