package import EventStore
import Events
import Postgres
import ProjectionEngine
import Time

extension RecoveryService {
    private static let previewAttempts = 5

    /// Works out what a restore would change, and records that it was looked at.
    package func preview(_ target: RestoreTarget, by actor: Author) async throws -> RestorePreview {
        for attempt in 1...Self.previewAttempts {
            let found = try await work(out: target)
            let receipt: Receipt
            do {
                receipt = try await record(found, by: actor)
            } catch let error as AppendError where error.code == .conditionFailed {
                // Something changed while it was being worked out; what is shown has to be what is.
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...20 * attempt)))
                continue
            }
            return RestorePreview(found, receipt)
        }
        throw RecoveryError(
            .contended,
            "Access rights kept changing while the restore was being worked out. Try again."
        )
    }

    /// What one moment of the database says.
    private func work(out target: RestoreTarget) async throws -> RestoreFindings {
        let asked: Int64
        switch target {
        case .position(let position): asked = position + 1
        case .time(let time): asked = try await store.reader.size(at: time)
        }
        guard asked > 0, let last = try await store.reader.event(at: asked - 1) else {
            throw RecoveryError.noSuchMoment(try await store.head().size)
        }
        // Another replica's clock may be ahead of this one; what it recorded has happened all the same.
        if case .time(let time) = target, time > max(.now(), last.header.recordedAt) { throw RecoveryError.notYet }
        try await requireWhole(asked)
        return try await pool.withReadModels(rewinding.map(\.name)) { connection in
            let size = try await connection.query("select size from log.head").first?.decode(Int64.self) ?? 0
            var difference = RestoreDifference(limit: shownRows)
            for definition in rewinding {
                for try await rows in connection.stream(query(definition, asked), batch: 2_000) {
                    for row in rows {
                        let (thing, ends, key, facts) = try row.decode((String, Bool, String, String).self)
                        try difference.add(
                            .init(projection: definition.name, thing: thing, ends: ends, key: key, facts: facts)
                        )
                    }
                }
            }
            let (things, digest) = try difference.finish()
            var time: Timestamp?
            if case .time(let asked) = target { time = asked }
            return RestoreFindings(
                toPosition: asked - 1,
                toTimestamp: time,
                recordedAt: last.header.recordedAt,
                size: size,
                things: things,
                administrators: try await administrators(after: asked, connection),
                digest: digest
            )
        }
    }

    /// Refuses a size of the log at which only a part of what somebody appended at once would be in force.
    private func requireWhole(_ size: Int64) async throws {
        let row = try await pool.query(wholePositionsSQL(size), deadline: deadline).first
        guard let (before, after) = try row?.decode((Int64?, Int64?).self), let before, let after else { return }
        guard before == size else { throw RecoveryError.insideAnAppend(size - 1, before: before - 1, after: after - 1) }
    }

    private func query(_ definition: ProjectionDefinition, _ size: Int64) -> SQL {
        "\(unescaped: changesSQL.text) from \(identifier: definition.name).rewind_preview(\(size)) order by 1, 3, 2 desc"
    }

    private func record(_ preview: RestoreFindings, by actor: Author) async throws -> Receipt {
        let previewed = Events.Recovery.Previewed(toPosition: preview.toPosition, previewDigest: preview.digest)
        return try await store.append(
            AppendRequest(
                streams: [StreamAppend(stream: "recovery", events: [NewEvent(previewed)])],
                conditions: [.noneSince(size: preview.size, types: rewoundTypes)],
                actor: actor.id,
                correlationID: actor.correlationID
            )
        )
    }
}
