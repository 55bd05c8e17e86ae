package import MerkleLog
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
    /// The leaf of the newest event; nil for an empty log. A log of the same size with another one is another log.
    package var leaf: Hash?
}

/// Asks the database for the head on behalf of many callers at once.
///
/// Linearizable: a caller gets a head that was read after it asked, so every append acknowledged anywhere before the
/// question is in the answer (the read-index technique of Raft, §6.4 of Ongaro's dissertation).
actor HeadReader {
    /// What one look at the log showed.
    struct Look: Sendable {
        var head: LogHead
        /// By position; of those that were asked about, as far as there is an event.
        var leaves: [Int64: Hash] = [:]
    }

    /// How long PostgreSQL may take to answer: all readers wait behind this question.
    private static let deadline = Duration.seconds(5)

    private let pool: PostgresPool
    private var running: Task<Look, any Error>?
    private var next: Task<Look, any Error>?
    /// Whose leaves `next` is to show.
    private var positions: Set<Int64> = []

    init(pool: PostgresPool) {
        self.pool = pool
    }

    /// - Parameter position: of an event whose leaf is to be in the answer.
    func look(at position: Int64? = nil) async throws -> Look {
        if let position { positions.insert(position) }
        if let next { return try await next.value }
        let running = running
        let task = Task { [pool] in
            _ = await running?.result
            return try await Self.read(pool, at: self.start())
        }
        next = task
        return try await task.value
    }

    private func start() -> [Int64] {
        running = next
        next = nil
        defer { positions = [] }
        return Array(positions)
    }

    private static func read(_ pool: PostgresPool, at positions: [Int64]) async throws -> Look {
        let rows = try await pool.query(
            """
            select size, inline_size, case when size > 0 then recorded_at end,
                array(
                    select (select leaf from log.events where position = wanted.place)
                    from unnest(size - 1 || \(positions)) with ordinality as wanted(place, number)
                    order by wanted.number)
            from log.head
            """,
            deadline: deadline
        )
        guard let row = rows.first else {
            throw LogReadError.noHead
        }
        let (size, inlineSize, recordedAt, found) = try row.decode((Int64, Int64, Timestamp?, [[UInt8]?]).self)
        let leaves = found.map { $0.flatMap { Hash($0) } }
        var look = Look(head: LogHead(size: size, inlineSize: inlineSize, recordedAt: recordedAt))
        look.head.leaf = leaves.first ?? nil
        for (position, leaf) in zip(positions, leaves.dropFirst()) { look.leaves[position] = leaf }
        return look
    }
}
