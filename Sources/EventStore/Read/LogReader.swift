package import Events
package import MerkleLog
package import Postgres
package import Time

/// Reads events by position, type and stream. Every page is bounded; a reader that has seen a position has seen
/// everything before it, because positions are dense and commits happen in their order.
///
/// A `limit` beyond ``maximumPage`` is taken for that, and one below 0 for 0: a page of fewer events than were asked for is not
/// the last for that alone. Reads throw `PostgresError`, also for a page that takes longer than 30 seconds, and
/// ``LogReadError`` with `.malformed` where a row is not what Daybook wrote.
package struct LogReader: Sendable {
    /// Events, and the leaf of the one before them whatever its type, all of one moment: whoever has kept that leaf knows
    /// that these go on from what it read. Nil where there is no event before them.
    package typealias Continuation = (leafBefore: Hash?, events: [RecordedEvent])

    /// The most events a page may have.
    package static let maximumPage = 10_000
    /// How long PostgreSQL may take for a page.
    private static let deadline = Duration.seconds(30)

    private let pool: PostgresPool

    /// A reader of the log in a database.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Events from `first` up to, not including, `below`, oldest first; of some types if given.
    package func events(
        from first: Int64,
        below: Int64 = .max,
        types: Set<EventType>? = nil,
        limit: Int = 1_000
    ) async throws -> [RecordedEvent] {
        let limit = bounded(limit)
        guard let types else {
            return try await events("select * from log.read(\(first), \(below), \(limit))")
        }
        return try await events("select * from log.read_types(\(first), \(below), \(names(types)), \(limit))")
    }

    /// Events as ``events(from:below:types:limit:)`` gives them, with the leaf of the event before `first`.
    package func continuation(
        from first: Int64,
        below: Int64 = .max,
        types: Set<EventType>? = nil,
        limit: Int = 1_000
    ) async throws -> Continuation {
        let limit = bounded(limit)
        let found: [RecordedEvent]
        if let types {
            let before: SQL = "select * from log.read(\(first - 1), \(first), 1)"
            let after: SQL = "select * from log.read_types(\(first), \(below), \(names(types)), \(limit))"
            found = try await events("\(before) union all \(after) order by position")
        } else {
            found = try await events("select * from log.read(\(first - 1), \(below), \(limit + 1))")
        }
        let leafBefore = found.first { $0.position < first }?.leaf
        return (leafBefore, Array(found.drop { $0.position < first }.prefix(Int(limit))))
    }

    /// Events below a position, newest first; of some types if given.
    package func eventsBackwards(
        below: Int64 = .max,
        types: Set<EventType>? = nil,
        limit: Int = 1_000
    ) async throws -> [RecordedEvent] {
        let limit = bounded(limit)
        guard let types else {
            return try await events("select * from log.read_backwards(\(below), \(limit))")
        }
        return try await events("select * from log.read_types_backwards(\(below), \(names(types)), \(limit))")
    }

    /// Events of a stream from a version on, oldest first.
    package func stream(_ name: String, from version: Int64 = 0, limit: Int = 1_000) async throws -> [RecordedEvent] {
        try await events("select * from log.read_stream(\(name), \(version), \(bounded(limit)))")
    }

    /// Events of a stream below a version, newest first.
    package func streamBackwards(
        _ name: String,
        below version: Int64 = .max,
        limit: Int = 1_000
    ) async throws -> [RecordedEvent] {
        try await events("select * from log.read_stream_backwards(\(name), \(version), \(bounded(limit)))")
    }

    /// One event, nil beyond the end of the log.
    package func event(at position: Int64) async throws -> RecordedEvent? {
        try await events("select * from log.events where position = \(position)").first
    }

    /// How many events had been recorded at a moment.
    package func size(at moment: Timestamp) async throws -> Int64 {
        guard let row = try await pool.query("select log.size_at(\(moment))").first else { return 0 }
        return try row.decode(Int64.self)
    }

    private func events(_ sql: SQL) async throws -> [RecordedEvent] {
        try await pool.query(sql, deadline: Self.deadline).map { try RecordedEvent($0) }
    }

    private func bounded(_ limit: Int) -> Int32 { Int32(max(0, min(limit, Self.maximumPage))) }

    private func names(_ types: Set<EventType>) -> [String] { types.map(\.rawValue).sorted() }
}
