import Postgres

/// The ends of the log's tables, in one snapshot.
struct LogExtent: Sendable {
    var size: Int64
    var edge: [UInt8]
    /// Microseconds, as the head says.
    var recordedAt: Int64?
    var inlineSize: Int64
    var firstPosition: Int64?
    var lastPosition: Int64?
    /// Microseconds, as the last event below `size` says.
    var lastRecordedAt: Int64?
    var lastCheckpoint: Int64?
    var nodeCount: Int64

    /// One past the last position of which the tables hold an event or a checkpoint, whatever the head says.
    var end: Int64 {
        let (below, isBeyondAll) = (lastPosition ?? -1).addingReportingOverflow(1)
        return max(isBeyondAll ? .max : below, lastCheckpoint ?? 0)
    }

    static func read(_ pool: PostgresPool) async throws -> LogExtent {
        guard let row = try await pool.query("select * from log.extent()", deadline: .seconds(300)).first else {
            throw LogReadError.noHead
        }
        return LogExtent(
            size: try row.decode("size", as: Int64.self),
            edge: try row.decode("edge", as: [UInt8].self),
            recordedAt: try row.decode("recorded_at", as: Int64?.self),
            inlineSize: try row.decode("inline_size", as: Int64.self),
            firstPosition: try row.decode("first_position", as: Int64?.self),
            lastPosition: try row.decode("last_position", as: Int64?.self),
            lastRecordedAt: try row.decode("last_recorded_at", as: Int64?.self),
            lastCheckpoint: try row.decode("last_checkpoint", as: Int64?.self),
            nodeCount: try row.decode("node_count", as: Int64.self)
        )
    }
}
