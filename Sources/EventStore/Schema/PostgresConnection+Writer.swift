package import Postgres

extension PostgresConnection {
    /// Gives up every right but the writer's for the rest of the session: whatever goes wrong from here on, the log can
    /// only grow.
    ///
    /// The server ends the session when its program falls silent in a transaction, or its machine is gone: either may
    /// hold the head of the log, for which all others wait. Nothing is compiled at run time: the statements are short, and
    /// PostgreSQL, which overestimates those that take arrays, would spend a third of a second on each.
    ///
    /// Names without a schema are PostgreSQL's own, whatever a database or role was given for a search path: the log's
    /// functions cannot be led to others.
    package func becomeWriter(silence: Duration = .seconds(60)) async throws {
        let milliseconds = Int(silence / .milliseconds(1))
        _ = try await script(
            """
            set role daybook_writer;
            set search_path = pg_catalog, pg_temp;
            set jit = off;
            set idle_in_transaction_session_timeout = \(milliseconds);
            set tcp_keepalives_idle = 30;
            set tcp_keepalives_interval = 10;
            set tcp_keepalives_count = 3;
            set tcp_user_timeout = 30000
            """,
            deadline: .seconds(10)
        )
    }
}
