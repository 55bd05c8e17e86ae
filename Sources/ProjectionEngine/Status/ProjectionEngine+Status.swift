import Events
import Postgres
import Time

extension ProjectionEngine {
    /// How long the database may take to say how read models stand: requests wait for it.
    private static let deadline = Duration.seconds(5)

    /// How every read model stands, by name.
    package func status() async throws -> [ProjectionStatus] {
        let rows = try await pool.query(SQL(unescaped: EngineSQL.text("status.sql")), deadline: Self.deadline)
        var found: [String: ProjectionStatus] = [:]
        for row in rows {
            let name = try row.decode("name", as: String.self)
            let size = try row.decode("size", as: Int64.self)
            let position = try row.decode("position", as: Int64.self)
            let digest = try row.decode("digest", as: String.self)
            let isQuarantined = try row.decode("status", as: String.self) == "quarantined"
            found[name] = ProjectionStatus(
                name: name,
                version: Int(try row.decode("version", as: Int32.self)),
                mode: ProjectionManifest.Mode(rawValue: try row.decode("mode", as: String.self)) ?? .following,
                condition: isQuarantined ? .quarantined : .running,
                position: position,
                lag: max(0, size - position),
                error: try row.decode("error", as: String?.self),
                errorPosition: try row.decode("error_position", as: Int64?.self),
                updatedAt: try row.decode("updated_at", as: Timestamp.self),
                rebuildPosition: try row.decode("rebuild_position", as: Int64?.self),
                isOfThisProgram: definitions.contains { $0.name == name && $0.digest == digest }
            )
        }
        return definitions.map { definition in
            found[definition.name]
                ?? ProjectionStatus(
                    name: definition.name,
                    version: definition.manifest.version,
                    mode: definition.manifest.mode,
                    condition: .missing,
                    position: 0,
                    lag: 0,
                    isOfThisProgram: false
                )
        }
    }

    /// Lets a quarantined read model try again from the event that it stopped at.
    ///
    /// - Returns: whether it was quarantined.
    @discardableResult
    package func resume(_ name: String) async throws -> Bool {
        _ = try definition(name)
        return try await pool.execute(SQL(unescaped: EngineSQL.text("resume.sql"), name)) > 0
    }

    /// How many events a read model holds.
    package func position(of name: String) async throws -> Int64 {
        try await standing(of: name).position
    }

    /// How many events a read model holds, and whether it has stopped there.
    private func standing(of name: String) async throws -> (position: Int64, isQuarantined: Bool) {
        let definition = try definition(name)
        let rows =
            definition.manifest.mode == .inline
            ? try await pool.query("select size, false from log.head", deadline: Self.deadline)
            : try await pool.query(
                "select position, status = 'quarantined' from projections.state where name = \(name)",
                deadline: Self.deadline
            )
        guard let row = rows.first else { return (0, false) }
        let (position, isQuarantined) = try row.decode((Int64, Bool).self)
        return (position, isQuarantined)
    }

    /// Returns once a read model holds what there is for it in the first `size` events, so that a client sees what it wrote:
    /// events of types that it does not take need not have gone by.
    ///
    /// - Throws: `ProjectionError(.notReached)` if that takes longer than `deadline`; at once where it is quarantined.
    package func wait(for name: String, toHold size: Int64, deadline: Duration = .seconds(5)) async throws {
        let types = try definition(name).manifest.subscribedTypes
        let end = ContinuousClock.now + deadline
        var wanted: Int64?
        while true {
            let mark = applied[name]?.mark
            let (position, isQuarantined) = try await standing(of: name)
            if position >= wanted ?? size { return }
            if wanted == nil {
                wanted = if let types { try await endOfEvents(of: types, from: position, below: size) } else { size }
                if position >= wanted ?? size { return }
            }
            if isQuarantined {
                throw ProjectionError(
                    .notReached(position: position),
                    "The read model \(name) has stopped at an event that it cannot apply, after the first \(position) events. "
                        + "An operator has to look at: daybook projections status"
                )
            }
            guard ContinuousClock.now < end else {
                throw ProjectionError(
                    .notReached(position: position),
                    "The read model \(name) holds the first \(position) events, not yet \(size); try again shortly."
                )
            }
            // Another replica may be the one that applies, so look again soon even without a hint.
            if let mark { await applied[name]?.wait(since: mark, timeout: .milliseconds(20)) }
            try Task.checkCancellation()
        }
    }

    /// Where the last event of some types ends; `position` where there is none from there on.
    private func endOfEvents(of types: Set<EventType>, from position: Int64, below size: Int64) async throws -> Int64 {
        try await pool.query(
            endOfEventsSQL(types.map(\.rawValue).sorted(), position, size),
            deadline: Self.deadline
        ).first?.decode(Int64?.self) ?? position
    }
}
