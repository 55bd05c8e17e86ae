import EventStore
import Events
import Postgres

extension ArchiveService {
    /// Payloads by type and position.
    struct Range: Sendable {
        var types: [String]
        var from: Int64
        var below: Int64
    }

    /// Releases what archives hold, below a position. They have been read back by now.
    func release(
        _ archives: [ArchiveHolding],
        below: Int64,
        by actor: Author,
        _ outcome: inout ArchiveOutcome
    ) async throws {
        for archive in archives {
            let range = Range(
                types: archive.types,
                from: archive.fromPosition,
                below: min(below, archive.toPosition + 1)
            )
            try await release(range, archiveID: archive.archiveID, reason: nil, by: actor, &outcome)
        }
    }

    /// Releases a range, a few hundred payloads with each event: appends wait for no longer than these take.
    func release(
        _ range: Range,
        archiveID: String?,
        reason: String?,
        by actor: Author,
        _ outcome: inout ArchiveOutcome
    ) async throws {
        var position = range.from
        while position < range.below {
            try Task.checkCancellation()
            let sql = SQL(
                unescaped: nextSQL,
                range.types,
                position,
                range.below,
                Self.releaseLimit,
                [String]?.none,
                archiveID
            )
            let rows = try await pool.query(sql, deadline: Self.deadline)
            guard let first = try rows.first?.decode("position", as: Int64.self) else { return }
            var (last, count, bytes) = (first, Int64(0), Int64(0))
            for row in rows {
                let length = try row.decode("bytes", as: Int64.self)
                if count > 0, bytes + length > Self.releaseBytes { break }
                last = try row.decode("position", as: Int64.self)
                count += 1
                bytes += length
            }
            let event = Logs.PayloadsReleased(
                archiveID: archiveID,
                types: range.types,
                fromPosition: first,
                toPosition: last,
                count: count,
                reason: reason
            )
            outcome.position = try await append(NewEvent(event), by: actor)
            outcome.released += count
            registry.counter("daybook_released_payloads_total").increment(by: count)
            position = last + 1
            // Others are to be served in between.
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Lets PostgreSQL use the space again that was released. Where the server's own user may not, autovacuum does.
    func vacuum() async {
        do {
            let connection = try await PostgresConnection.connect(pool.configuration, logger: logger)
            _ = try? await connection.script("vacuum log.events")
            await connection.close()
        } catch {}
    }
}
