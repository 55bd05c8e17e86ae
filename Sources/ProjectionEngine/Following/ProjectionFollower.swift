import Logging
import Postgres

/// Feeds one read model that follows the log, for as long as the service runs.
struct ProjectionFollower {
    /// What became of one step.
    enum Step: Sendable, Equatable {
        /// The read model now holds the first `position` events.
        case applied(position: Int64)
        /// Nothing to do: it holds all `position` events of the log.
        case current(position: Int64)
        /// Another replica is at it, or it is quarantined, or not yet installed.
        case idle
    }

    let engine: ProjectionEngine
    let definition: ProjectionDefinition

    private var logger: Logger {
        var logger = engine.logger
        logger[metadataKey: "projection"] = "\(definition.name)"
        return logger
    }

    /// Until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await follow() }
            group.addTask { await rebuildIfChanged() }
        }
    }

    private func follow() async {
        var limit = engine.limits.batch
        var last: Int64 = 0
        while !Task.isCancelled {
            let mark = engine.committed.mark
            do {
                switch try await step(limit: limit) {
                case .applied(let position):
                    limit = min(engine.limits.batch, limit * 2)
                    let keepsUp = position - last < 1_000
                    last = position
                    if keepsUp { try await Task.sleep(for: engine.limits.rest) }
                case .current:
                    limit = engine.limits.batch
                    await engine.committed.wait(since: mark, timeout: engine.limits.poll)
                case .idle:
                    try await Task.sleep(for: engine.limits.poll)
                }
            } catch let failure as ApplyFailure {
                // Halve the range until the one event that cannot be applied stands alone.
                if failure.range.count == 1 {
                    await quarantine(failure)
                } else {
                    limit = max(1, Int64(failure.range.count) / 2)
                }
            } catch {
                if Task.isCancelled { return }
                logger.warning("cannot apply events for now; trying again", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: engine.limits.poll)
            }
        }
    }

    /// Applies the next events in one transaction, which also moves the read model's position.
    func step(limit: Int64) async throws -> Step {
        let step = try await engine.transaction { connection -> Step in
            // Who holds this row feeds the read model; a replica that dies lets it go.
            let rows = try await connection.query(
                """
                select schema, position from projections.state
                where name = \(definition.name) and status = 'running' for update skip locked
                """
            )
            guard let row = rows.first else { return .idle }
            let (schema, position) = try row.decode((String, Int64).self)
            let size = try await connection.logSize()
            guard position < size else { return .current(position: position) }
            let range = position..<min(size, position + limit)
            do {
                try await connection.execute(ProjectionSchema(definition, name: schema).applying(range))
            } catch  where error.isLasting {
                throw ApplyFailure(range: range, cause: error)
            }
            try await connection.execute(
                """
                update projections.state set position = \(range.upperBound), updated_at = now()
                where name = \(definition.name)
                """
            )
            return .applied(position: range.upperBound)
        }
        if case .applied(let position) = step {
            engine.applied[definition.name]?.send(position)
            ProjectionMetrics.note(definition.name, position: position)
            try await engine.dropVoidSnapshots()
        }
        return step
    }

    private func quarantine(_ failure: ApplyFailure) async {
        let position = failure.range.lowerBound
        let reason = failure.cause.postgresCause?.message ?? "\(failure.cause)"
        logger.error(
            "the read model is quarantined; correct its SQL, then resume or rebuild it",
            metadata: ["position": "\(position)", "error": "\(failure.cause)"]
        )
        ProjectionMetrics.noteQuarantine(definition.name)
        do {
            let sql = SQL(unescaped: try EngineSQL.text("quarantine.sql"), definition.name, position, reason)
            try await engine.pool.execute(sql)
        } catch {
            logger.warning("the quarantine could not be recorded; trying again", metadata: ["error": "\(error)"])
        }
    }

    /// Replaces tables that other SQL made, while they serve.
    private func rebuildIfChanged() async {
        while !Task.isCancelled {
            do {
                let state = try await engine.pool.withConnection {
                    try await ProjectionState.read(definition.name, $0)
                }
                if let state, state.digest == definition.digest || state.version > definition.manifest.version {
                    return
                }
                if state != nil { try await engine.rebuild(definition.name) }
                return
            } catch let error as ProjectionError where error.code == .busy {
                try? await Task.sleep(for: .seconds(2))
            } catch {
                if Task.isCancelled { return }
                logger.error("the rebuild failed; the version before it serves on", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(10))
            }
        }
    }
}

/// A range that the server refused to apply, for a reason that will not go away.
struct ApplyFailure: Error {
    let range: Range<Int64>
    let cause: any Error
}
