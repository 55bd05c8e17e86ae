package import Postgres

extension PostgresConnection {
    /// Gives up every right but the writer's for the rest of the session: whatever goes wrong from here on, the log can
    /// only grow.
    package func becomeWriter() async throws {
        _ = try await script("set role daybook_writer")
    }
}
