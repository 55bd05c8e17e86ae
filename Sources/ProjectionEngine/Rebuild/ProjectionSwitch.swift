import Logging
import Postgres

/// The end of a rebuild: the last events are applied and the names change hands, in one transaction.
struct ProjectionSwitch {
    let rebuild: ProjectionRebuild

    private var definition: ProjectionDefinition { rebuild.definition }
    private var connection: PostgresConnection { rebuild.connection }

    /// Whether it was done; false if readers were in the way for too long, and it should be tried again.
    func attempt(from position: Int64) async throws -> Bool {
        do {
            try await connection.projectionTransaction { connection in
                try await perform(from: position, connection)
            }
        } catch  where error.isLockTimeout {
            try await Task.sleep(for: .seconds(1))
            return false
        }
        await dropRetired()
        return true
    }

    private func perform(from position: Int64, _ connection: PostgresConnection) async throws {
        let name = definition.name
        let building = definition.buildingSchemaName
        try await connection.actAsWriter()
        // Appends or readers that stand in the way must not be kept waiting behind us.
        try await connection.execute("set local lock_timeout = '1s'")
        let before = try await connection.query(
            "select schema, position from projections.state where name = \(name) for update"
        ).first?.decode((String, Int64).self)
        rebuild.report(.switching, position, position)
        // Whoever reads one moment of the read model holds these names. Waiting for that comes before the head of the log,
        // or appends would wait as well; and it is kept short, for new readers wait behind it.
        try await connection.execute("set local lock_timeout = '250ms'")
        try await connection.execute("drop schema if exists \(identifier: name) cascade")
        try await connection.execute("drop schema if exists \(identifier: definition.auditorsSchemaName) cascade")
        try await connection.execute("set local lock_timeout = '1s'")
        let end: Int64
        if definition.manifest.mode == .inline {
            // From here to the commit nothing is appended, and the next append already calls the new tables.
            end = try await connection.lockedLogSize()
        } else {
            end = max(try await connection.logSize(), before?.1 ?? 0)
        }
        if position < end {
            try await connection.execute(ProjectionSchema(definition, name: building).applying(position..<end))
        }
        // The schema that served may have this very name. It goes once nobody reads it any more.
        let retired = definition.retiredSchemaName
        try await connection.execute("drop schema if exists \(identifier: retired) cascade")
        if let before, try await exists(before.0, connection) {
            try await connection.execute("alter schema \(identifier: before.0) rename to \(identifier: retired)")
        }
        try await connection.execute("drop schema if exists \(identifier: definition.schemaName) cascade")
        try await connection.execute(
            "alter schema \(identifier: building) rename to \(identifier: definition.schemaName)"
        )
        _ = try await connection.script(ProjectionSchema(definition).functions())
        try await rebuild.engine.serve(definition, position: end, connection)
        try await connection.execute("delete from projections.builds where schema = \(building)")
    }

    private func exists(_ schema: String, _ connection: PostgresConnection) async throws -> Bool {
        try await connection.query("select exists (select from pg_namespace where nspname = \(schema))")
            .first?.decode(Bool.self) ?? false
    }

    /// Best effort: what is left behind is dropped by the next rebuild.
    private func dropRetired() async {
        do {
            try await connection.projectionTransaction { connection in
                try await connection.execute("set local lock_timeout = '5s'")
                try await connection.execute(
                    "drop schema if exists \(identifier: definition.retiredSchemaName) cascade"
                )
            }
        } catch {
            rebuild.engine.logger.warning(
                "the replaced tables could not be dropped; the next rebuild will",
                metadata: ["schema": "\(definition.retiredSchemaName)", "error": "\(error)"]
            )
        }
    }
}
