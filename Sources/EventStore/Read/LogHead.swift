import Postgres
package import Time

/// The end of the log at one moment.
package struct LogHead: Sendable, Hashable {
    /// How many events there are: the next position.
    package var size: Int64
    /// The size just after the newest event that an inline projection handled.
    package var inlineSize: Int64
    /// When the newest event was recorded; nil for an empty log.
    package var recordedAt: Timestamp?
}

/// Asks the database for the head on behalf of many callers at once.
///
/// Linearizable: a caller gets a head that was read after it asked, so every append acknowledged anywhere before the
/// question is in the answer (the read-index technique of Raft, §6.4 of Ongaro's dissertation).
actor HeadReader {
    /// How long PostgreSQL may take to answer: all readers wait behind this question.
    private static let deadline = Duration.seconds(5)

    private let pool: PostgresPool
    private var running: Task<LogHead, any Error>?
    private var next: Task<LogHead, any Error>?

    init(pool: PostgresPool) {
        self.pool = pool
    }

    func head() async throws -> LogHead {
        if let next { return try await next.value }
        let running = running
        let task = Task { [pool] in
            _ = await running?.result
            self.start()
            return try await Self.read(pool)
        }
        next = task
        return try await task.value
    }

    private func start() {
        running = next
        next = nil
    }

    private static func read(_ pool: PostgresPool) async throws -> LogHead {
        let rows = try await pool.query(
            "select size, inline_size, case when size > 0 then recorded_at end from log.head",
            deadline: deadline
        )
        guard let row = rows.first else {
            throw LogReadError.noHead
        }
        let (size, inlineSize, recordedAt) = try row.decode((Int64, Int64, Timestamp?).self)
        return LogHead(size: size, inlineSize: inlineSize, recordedAt: recordedAt)
    }
}
