import Logging
package import Postgres

extension ProjectionEngine {
    /// Lends a read model as it stood after the first `position` events: a connection, within a transaction that only
    /// reads, and the schema that holds the tables.
    ///
    /// The schema is made by replay from the nearest one that is kept, and kept for the next question.
    ///
    /// - Throws: `ProjectionError(.noSuchPosition)` if the log is shorter.
    package func withSnapshot<R>(
        of name: String,
        at position: Int64,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (_ connection: PostgresConnection, _ schema: String) async throws -> R
    ) async throws -> R {
        let definition = try definition(name)
        try await dropVoidSnapshots()
        while true {
            let schema = try await snapshot(of: definition, at: position)
            let answer: R? = try await transaction { connection in
                // Whoever reads holds the row, so that it is not dropped meanwhile.
                let rows = try await connection.query(
                    "select 1 from projections.snapshots where schema = \(schema) for key share"
                )
                return rows.isEmpty ? nil : try await body(connection, schema)
            }
            if let answer { return answer }
        }
    }

    /// The name of the side schema, made if need be.
    private func snapshot(of definition: ProjectionDefinition, at position: Int64) async throws -> String {
        let schema = ProjectionSchema(definition, name: "\(definition.schemaName)_at_\(position)")
        try await transaction { connection in
            try await connection.actAsWriter()
            let key = "daybook snapshot \(definition.name)"
            try await connection.execute("select pg_advisory_xact_lock(hashtextextended(\(key), 0))")
            let known = try await connection.execute(
                SQL(unescaped: EngineSQL.text("use-snapshot.sql"), schema.name, definition.digest)
            )
            if known > 0 { return }
            let size = try await connection.logSize()
            guard (0...size).contains(position) else {
                throw ProjectionError(
                    .noSuchPosition,
                    "The log holds \(size) events; ask for a moment between 0 and \(size)."
                )
            }
            // One that is void and still being read: waits for its readers.
            try await connection.execute("delete from projections.snapshots where schema = \(schema.name)")
            try await connection.execute("drop schema if exists \(identifier: schema.name) cascade")
            try await self.build(schema, at: position, size: size, connection)
        }
        try await dropLeastUsed(definition)
        return schema.name
    }

    private func build(
        _ schema: ProjectionSchema,
        at position: Int64,
        size: Int64,
        _ connection: PostgresConnection
    ) async throws {
        let definition = schema.definition
        let nearest = try await connection.query(
            SQL(unescaped: EngineSQL.text("nearest-snapshot.sql"), definition.name, definition.digest, position)
        ).first?.decode((String, Int64).self)
        _ = try await connection.script(schema.creation())
        var next: Int64 = 0
        if let (from, start) = nearest {
            let copy = try EngineSQL.text(
                "snapshot-copy.sql",
                ["from": SQL.quoted(literal: from), "to": SQL.quoted(literal: schema.name)]
            )
            _ = try await connection.script(copy)
            next = start
        }
        while next < position {
            try Task.checkCancellation()
            let end = min(position, next + limits.batch)
            try await connection.execute(schema.applying(next..<end))
            next = end
        }
        _ = try await connection.script(schema.indexing())
        try await connection.execute(
            """
            insert into projections.snapshots (schema, name, digest, position, made_at)
            values (\(schema.name), \(definition.name), \(definition.digest), \(position), \(size))
            """
        )
    }

    /// Drops side schemas that hold what was erased since they were made, whoever made them.
    func dropVoidSnapshots() async throws {
        try await drop(
            """
            select schema from projections.snapshots
            where made_at <= (select max(position) from log.log_personal_erased)
            """
        )
    }

    private func dropLeastUsed(_ definition: ProjectionDefinition) async throws {
        try await drop(
            """
            select schema from projections.snapshots where name = \(definition.name)
            order by digest = \(definition.digest) desc, used_at desc offset \(Int64(limits.snapshots))
            """
        )
    }

    /// Drops the side schemas that a query names, but for those that are being read.
    private func drop(_ query: SQL) async throws {
        for row in try await pool.query(query) {
            let schema = try row.decode(String.self)
            try await transaction { connection in
                let free = try await connection.query(
                    "select 1 from projections.snapshots where schema = \(schema) for update skip locked"
                )
                if free.isEmpty { return }
                try await connection.execute("drop schema if exists \(identifier: schema) cascade")
                try await connection.execute("delete from projections.snapshots where schema = \(schema)")
            }
        }
    }
}
