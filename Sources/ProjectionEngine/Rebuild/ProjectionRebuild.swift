import Logging
import Postgres

/// One run of a rebuild, on one connection.
struct ProjectionRebuild {
    let definition: ProjectionDefinition
    let engine: ProjectionEngine
    let connection: PostgresConnection
    let progress: ProjectionProgress.Handler

    /// What remains to be applied under lock is at most this much.
    private static let switchLag: Int64 = 1_000

    private var schema: ProjectionSchema {
        ProjectionSchema(definition, name: definition.buildingSchemaName)
    }

    func run() async throws {
        if let state = try await ProjectionState.read(definition.name, connection) {
            try engine.refuseOlder(definition, than: state)
        }
        var (position, isIndexed) = try await begin()
        engine.logger.info(
            "rebuilding a read model",
            metadata: ["projection": "\(definition.name)", "from": "\(position)"]
        )
        while true {
            let size = try await connection.logSize()
            position = try await replay(from: position, to: size)
            if !isIndexed {
                try await index(size)
                isIndexed = true
            }
            guard try await connection.logSize() - position <= Self.switchLag else { continue }
            if try await ProjectionSwitch(rebuild: self).attempt(from: position) { break }
        }
        engine.logger.info("a read model was rebuilt", metadata: ["projection": "\(definition.name)"])
    }

    func report(_ phase: ProjectionProgress.Phase, _ position: Int64, _ total: Int64) {
        progress(
            ProjectionProgress(projection: definition.name, phase: phase, position: position, total: total)
        )
    }

    /// Goes on with a build of the same SQL, or begins a new one.
    private func begin() async throws -> (position: Int64, isIndexed: Bool) {
        try await connection.projectionTransaction { connection in
            try await connection.actAsWriter()
            let rows = try await connection.query(
                SQL(unescaped: EngineSQL.text("build.sql"), schema.name, definition.digest)
            )
            if let row = rows.first { return try row.decode((Int64, Bool).self) }
            // Builds of this read model by other SQL were given up.
            let abandoned = try await connection.query(
                "delete from projections.builds where name = \(definition.name) returning schema"
            )
            for name in Set(try abandoned.map { try $0.decode(String.self) }).union([schema.name]) {
                try await connection.execute("drop schema if exists \(identifier: name) cascade")
            }
            _ = try await connection.script(schema.creation())
            try await connection.execute(
                SQL(
                    unescaped: EngineSQL.text("begin-build.sql"),
                    schema.name,
                    definition.name,
                    Int32(definition.manifest.version),
                    definition.digest
                )
            )
            return (0, false)
        }
    }

    /// Applies what the log holds, a batch a transaction.
    private func replay(from start: Int64, to size: Int64) async throws -> Int64 {
        var position = start
        while position < size {
            try Task.checkCancellation()
            report(.replaying, position, size)
            position = try await apply(position..<min(size, position + engine.limits.batch))
        }
        report(.replaying, position, size)
        return position
    }

    private func apply(_ range: Range<Int64>) async throws -> Int64 {
        do {
            try await connection.projectionTransaction { connection in
                try await connection.actAsWriter()
                // Lost in a crash it would only be done again.
                try await connection.execute("set local synchronous_commit = off")
                try await connection.execute(schema.applying(range))
                try await connection.execute(
                    """
                    update projections.builds set position = \(range.upperBound), updated_at = now()
                    where schema = \(schema.name)
                    """
                )
            }
            return range.upperBound
        } catch  where error.isLasting {
            guard range.count > 1 else {
                throw ProjectionError(
                    .cannotApply(position: range.lowerBound),
                    "The read model \(definition.name) cannot apply event \(range.lowerBound): "
                        + "\(error.postgresCause?.message ?? "\(error)"). What serves now was left as it is."
                )
            }
            // Up to the event that is to blame.
            let middle = range.lowerBound + Int64(range.count) / 2
            let position = try await apply(range.lowerBound..<middle)
            return try await apply(position..<range.upperBound)
        }
    }

    private func index(_ size: Int64) async throws {
        try Task.checkCancellation()
        report(.indexing, size, size)
        try await connection.projectionTransaction { connection in
            try await connection.actAsWriter()
            // Sorted in memory rather than on disk.
            try await connection.execute("set local maintenance_work_mem = '256MB'")
            _ = try await connection.script(schema.indexing())
            try await connection.execute(
                "update projections.builds set indexed = true, updated_at = now() where schema = \(schema.name)"
            )
        }
        // The tables were empty when their plans were last thought of.
        for table in try await connection.tables(of: schema.name) {
            try await connection.execute("analyze \(identifier: schema.name).\(identifier: table)")
        }
    }
}

extension PostgresConnection {
    /// The tables of a schema, by name.
    func tables(of schema: String) async throws -> [String] {
        try await query(
            """
            select c.relname::text from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
            where n.nspname = \(schema) and c.relkind = 'r' order by c.relname
            """
        ).map { try $0.decode(String.self) }
    }
}
