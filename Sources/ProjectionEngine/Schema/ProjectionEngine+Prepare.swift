import Logging
import Postgres

extension ProjectionEngine {
    /// Makes sure that every read model can serve: installs what is new, and rebuilds what an inline read model's SQL
    /// has changed in. Read models that follow are rebuilt by `run()`, while the version before them serves.
    ///
    /// Call it after the log was migrated and before anything is appended. Replicas may call it at the same time.
    ///
    /// - Throws: `ProjectionError`, also if the database holds a newer version than this program knows.
    package func prepare(progress: @escaping ProjectionProgress.Handler = { _ in }) async throws {
        try await transaction { connection in
            try await self.lockInstallation(connection)
            _ = try await connection.script(EngineSQL.text("rights.sql"))
            try await connection.actAsWriter()
            _ = try await connection.script(EngineSQL.text("state.sql"))
            _ = try await connection.script(EngineSQL.text("serve.sql", ["schema": "projections"]))
            try await self.refuseUnknown(connection)
        }
        var late: [String] = []
        for definition in definitions where try await !install(definition) { late.append(definition.name) }
        try await twoAtATime(late) { try await self.make($0, progress) }
    }

    /// Makes what could not be installed at once.
    private func make(_ name: String, _ progress: @escaping ProjectionProgress.Handler) async throws {
        let definition = try definition(name)
        repeat {
            do {
                try await rebuild(name, progress: progress)
            } catch let error as ProjectionError where error.code == .busy {
                // A replica that started together with this one is at it.
                try await Task.sleep(for: .milliseconds(200))
            }
        } while try await !install(definition)
    }

    /// Whether nothing is left to do for this read model before the program may serve.
    private func install(_ definition: ProjectionDefinition) async throws -> Bool {
        try await transaction { connection in
            try await self.lockInstallation(connection)
            try await connection.actAsWriter()
            if let state = try await ProjectionState.read(definition.name, connection) {
                try self.refuseOlder(definition, than: state)
                try await self.updateAuditors(definition, state, connection)
                return state.digest == definition.digest || definition.manifest.mode == .following
            }
            // Appends wait until the read model is there, so that it misses nothing.
            let size = try await connection.lockedLogSize()
            guard size <= self.limits.immediate else { return false }
            self.logger.info("installing a read model", metadata: ["projection": "\(definition.name)"])
            let schema = ProjectionSchema(definition)
            _ = try await connection.script("drop schema if exists \(SQL.quoted(identifier: schema.name)) cascade")
            _ = try await connection.script(schema.creation())
            _ = try await connection.script(schema.indexing())
            if size > 0 { try await connection.execute(schema.applying(0..<size)) }
            try await self.serve(definition, position: size, connection)
            return true
        }
    }

    /// Points the serving names at the schema of this version, and notes it.
    func serve(_ definition: ProjectionDefinition, position: Int64, _ connection: PostgresConnection) async throws {
        let name = definition.name
        let schema = definition.schemaName
        try await connection.execute("select projections.serve(\(name), \(schema))")
        try await serveAuditors(definition, connection)
        try await connection.execute(
            SQL(
                unescaped: EngineSQL.text("note-serving.sql"),
                name,
                Int32(definition.manifest.version),
                schema,
                definition.digest,
                definition.manifest.mode.rawValue,
                position
            )
        )
    }

    /// Lets one replica at a time install.
    private func lockInstallation(_ connection: PostgresConnection) async throws {
        try await connection.execute("select pg_advisory_xact_lock(hashtextextended('daybook projections', 0))")
    }

    /// Every append has to call every inline read model, so a program that does not know one may not append.
    private func refuseUnknown(_ connection: PostgresConnection) async throws {
        let unknown = try await connection.query(
            """
            select name from projections.state
            where mode = 'inline' and not name = any(\(definitions.map(\.name))) order by name
            """
        ).map { try $0.decode(String.self) }
        guard unknown.isEmpty else {
            throw ProjectionError(
                .newerVersion,
                "The database holds read models that this program does not know: \(unknown.joined(separator: ", ")). "
                    + "Use the release of Daybook that made them, or a later one."
            )
        }
    }

    func refuseOlder(_ definition: ProjectionDefinition, than state: ProjectionState) throws {
        guard state.version > definition.manifest.version else { return }
        throw ProjectionError(
            .newerVersion,
            "The database holds version \(state.version) of the read model \(definition.name); this program knows "
                + "version \(definition.manifest.version). Use the release of Daybook that made it, or a later one."
        )
    }
}
