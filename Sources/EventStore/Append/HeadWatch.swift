import Logging
import Postgres
import Time

/// Frees the head of the log from a program that was stopped while it held it.
///
/// A batch holds the head from its claim to its commit, and in between the server waits once for the program: for the
/// rows. A program that is killed then, or whose machine is gone, is noticed by the server. One that is only stopped (a
/// frozen container, a machine that is being moved) would keep every other replica waiting for as long as it sleeps; no
/// timeout of PostgreSQL's covers it. So each replica looks now and then, and ends such a session; its batch is rolled
/// back, and planned again when its program wakes up.
struct HeadWatch: Sendable {
    private struct Holder: Hashable {
        var pid: Int32
        /// Tells one transaction of a session from the next.
        var begun: Timestamp
    }

    let configuration: PostgresConfiguration
    /// How long a holder may be silent: it is ended when it is met twice, this long apart.
    let silence: Duration
    let logger: Logger

    /// Watches until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                // As the user that connects, and not as the writer, who may neither see nor end sessions.
                try await PostgresConnection.withConnection(configuration, logger: logger, deadline: .seconds(10)) {
                    try await watch($0)
                }
            } catch {
                if Task.isCancelled { return }
                logger.debug("the head of the log cannot be watched for now", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: silence)
            }
        }
    }

    private func watch(_ connection: PostgresConnection) async throws {
        let sql = SQL(stringLiteral: try LogSchema.text("idle-holders.sql"))
        var silent: Set<Holder> = []
        while true {
            try await Task.sleep(for: silence)
            let rows = try await connection.query(sql, deadline: .seconds(10))
            let found = try Set(
                rows.map { row in
                    let (pid, begun) = try row.decode((Int32, Timestamp).self)
                    return Holder(pid: pid, begun: begun)
                }
            )
            for holder in found.intersection(silent) {
                logger.warning(
                    "a session held the head of the log and did nothing; it was ended",
                    metadata: ["pid": "\(holder.pid)"]
                )
                try await connection.execute("select pg_terminate_backend(\(holder.pid))", deadline: .seconds(10))
            }
            silent = found
        }
    }
}
