package import EventStore
package import Events
package import JSON
package import Postgres
package import ProjectionEngine

/// The history: what was done, by whom and to what, and the proof that somebody looked.
///
/// Answers come from the read model `audit`, which follows the log; an answer waits until the read model has applied
/// what was recorded before the question. Every read is itself recorded, before anything of it is shown.
package final class AuditService: Sendable {
    /// How long an answer waits for the read model.
    private let patience: Duration
    /// How long the database may take over one query.
    let deadline = Duration.seconds(20)

    let store: EventStore
    let pool: PostgresPool
    let engine: ProjectionEngine
    let entriesSQL: SQLFile
    let countSQL: SQLFile
    let trailSQL: SQLFile
    let relatedSQL: SQLFile
    let reportSQL: SQLFile
    let overviewSQL: SQLFile
    let touchedSQL: SQLFile
    let searchesSQL: SQLFile
    let stateSQL: [String: SQLFile]

    /// A service over a log and its read models.
    ///
    /// - Parameter patience: how long an answer waits for the read model before it is refused.
    package init(
        store: EventStore,
        pool: PostgresPool,
        engine: ProjectionEngine,
        patience: Duration = .seconds(2)
    ) throws {
        self.store = store
        self.pool = pool
        self.engine = engine
        self.patience = patience
        entriesSQL = try SQLFile("entries.sql", in: .module)
        countSQL = try SQLFile("count.sql", in: .module)
        trailSQL = try SQLFile("trail.sql", in: .module)
        relatedSQL = try SQLFile("related.sql", in: .module)
        reportSQL = try SQLFile("report.sql", in: .module)
        overviewSQL = try SQLFile("overview.sql", in: .module)
        touchedSQL = try SQLFile("touched.sql", in: .module)
        searchesSQL = try SQLFile("searches.sql", in: .module)
        var states: [String: SQLFile] = [:]
        for resource in ["role", "permission", "user", "token", "separation", "implication"] {
            states[resource] = try SQLFile("state/\(resource).sql", in: .module)
        }
        stateSQL = states
    }

    /// How many events a moment takes in, once a read model holds them all.
    ///
    /// Now means a head of the log that was read after the question began, so whoever was told of an event finds it.
    func size(at moment: AuditMoment, in readModel: String = "audit") async throws -> Int64 {
        let head = try await store.head().size
        let size: Int64
        switch moment {
        case .now: size = head
        case .size(let known): size = known
        // Whatever lies beyond the head is refused below, and nothing is added to it.
        case .position(let position): size = position < head ? position + 1 : .max
        case .time(let time): size = try await store.reader.size(at: time)
        }
        guard (0...head).contains(size) else {
            throw AuditError(
                .noSuchMoment,
                "The log ends at position \(head - 1); ask as of that position or an earlier one."
            )
        }
        do {
            try await engine.wait(for: readModel, toHold: size, deadline: patience)
        } catch let error as ProjectionError {
            guard case .notReached(let position) = error.code else { throw error }
            throw AuditError(
                .behind(lag: size - position),
                "Read model \(readModel) is \(size - position) events behind the log. Try again shortly."
            )
        }
        return size
    }

    /// Records that somebody looked. Call it before anything is shown: what cannot be recorded is not shown.
    @discardableResult
    package func record(
        _ kind: Events.Audit.HistoryQueried.Kind,
        filter: JSONObject,
        returned: Int64,
        text: String? = nil,
        by reader: AuditReader
    ) async throws -> Receipt {
        let looked = Events.Audit.HistoryQueried(
            kind: kind,
            filter: filter,
            returned: returned,
            ipAddress: reader.ipAddress,
            userAgent: reader.userAgent,
            text: text
        )
        do {
            try looked.validate()
            return try await store.append(
                AppendRequest(
                    streams: [StreamAppend(stream: "audit-reads", events: [NewEvent(looked)])],
                    actor: reader.actor,
                    correlationID: reader.correlationID
                )
            )
        } catch {
            throw AuditError(
                .notRecorded,
                "That this was read could not be recorded, and so it is not shown. Try again shortly."
            )
        }
    }
}
