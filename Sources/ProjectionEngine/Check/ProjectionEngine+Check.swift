import OpenSSL
import Postgres

extension ProjectionEngine {
    /// Replays the log beside a read model and compares, row for row: proof that nothing changed it but events.
    /// What reads go through on their way to the tables is compared with what this program makes: views, functions,
    /// triggers, rules, policies and rights.
    ///
    /// Everything happens in one transaction that sees one moment and is rolled back: what serves goes on, and nothing
    /// is left behind, however it ends. Needs room for a second copy of the tables.
    ///
    /// A read model that is behind may still hold what newer events have erased from the log. So where one that follows
    /// differs, and is behind, it is looked at again once it has come as far as the log was.
    ///
    /// - Throws: `ProjectionError(.differentDefinition)` if other SQL made the tables.
    package func check(
        _ name: String,
        progress: @escaping ProjectionProgress.Handler = { _ in }
    ) async throws -> ProjectionCheck {
        let definition = try definition(name)
        var check = try await compare(definition, progress)
        for _ in 0..<3 where !check.isEqual && definition.manifest.mode == .following {
            let size = try await pool.query("select size from log.head").first?.decode(Int64.self) ?? 0
            guard check.position < size else { break }
            try await wait(for: name, toHold: size, deadline: .seconds(10))
            let again = try await compare(definition, progress)
            let hasMoved = again.position > check.position
            check = again
            guard hasMoved else { break }
        }
        return check
    }

    private func compare(
        _ definition: ProjectionDefinition,
        _ progress: @escaping ProjectionProgress.Handler
    ) async throws -> ProjectionCheck {
        let name = definition.name
        do {
            return try await pool.withReadModels([name], readOnly: false) { connection -> ProjectionCheck in
                let run = ProjectionComparison(
                    definition: definition,
                    connection: connection,
                    batch: self.limits.batch,
                    progress: progress
                )
                throw Compared(result: try await run.run())
            }
        } catch let error as PostgresTransactionError {
            if let compared = error.body as? Compared { return compared.result }
            throw error.body ?? error
        }
    }

    /// Carries the result past the rollback.
    private struct Compared: Error {
        var result: ProjectionCheck
    }
}

/// One comparison, inside a transaction that sees one moment.
private struct ProjectionComparison {
    let definition: ProjectionDefinition
    let connection: PostgresConnection
    let batch: Int64
    let progress: ProjectionProgress.Handler

    func run() async throws -> ProjectionCheck {
        guard let state = try await ProjectionState.read(definition.name, connection) else {
            throw ProjectionError(
                .differentDefinition,
                "The read model \(definition.name) was never installed; start Daybook once."
            )
        }
        guard state.digest == definition.digest else {
            throw ProjectionError(
                .differentDefinition,
                "The tables of \(definition.name) were made by other SQL than this program holds; rebuild it first."
            )
        }
        guard state.schema == definition.schemaName else {
            let sentence = "The schema that serves is \(state.schema), where Daybook made \(definition.schemaName)."
            return ProjectionCheck(
                projection: definition.name,
                position: state.position,
                tables: [],
                differences: [sentence]
            )
        }
        let size = try await connection.logSize()
        let end = definition.manifest.mode == .inline ? size : state.position
        let scratch = try await replay(to: end)
        progress(report(.comparing, end, end))
        // From here on nothing is asked by a name without its schema, and definitions come with all of theirs.
        try await connection.execute("set local search_path = pg_catalog, pg_temp")
        // One for both sides, and new each time: nobody could look for other rows of the same fingerprint beforehand.
        let salt = Hex.encode(try SecureRandom.bytes(16))
        var tables: [ProjectionTableCheck] = []
        for table in try await connection.tables(of: scratch.name) {
            tables.append(try await compare(table, of: state.schema, with: scratch.name, salt: salt))
        }
        let serving = ServingComparison(definition: definition, connection: connection, scratch: scratch.name)
        return ProjectionCheck(
            projection: definition.name,
            position: end,
            tables: tables,
            differences: try await serving.differences()
        )
    }

    private func report(
        _ phase: ProjectionProgress.Phase,
        _ position: Int64,
        _ total: Int64
    ) -> ProjectionProgress {
        ProjectionProgress(projection: definition.name, phase: phase, position: position, total: total)
    }

    private func replay(to end: Int64) async throws -> ProjectionSchema {
        let process = try await connection.query("select pg_backend_pid()").first?.decode(Int32.self) ?? 0
        let scratch = ProjectionSchema(definition, name: "\(definition.schemaName)_check_\(process)")
        try await connection.actAsWriter()
        _ = try await connection.script(scratch.creation())
        var position: Int64 = 0
        while position < end {
            try Task.checkCancellation()
            progress(report(.replaying, position, end))
            let next = min(end, position + batch)
            try await connection.execute(scratch.applying(position..<next))
            position = next
        }
        return scratch
    }

    private func compare(
        _ table: String,
        of live: String,
        with scratch: String,
        salt: String
    ) async throws -> ProjectionTableCheck {
        let name = SQL.quoted(identifier: table)
        let live = "\(SQL.quoted(identifier: live)).\(name)"
        let scratch = "\(SQL.quoted(identifier: scratch)).\(name)"
        let found = try await connection.fingerprint(of: live, salt: salt)
        let expected = try await connection.fingerprint(of: scratch, salt: salt)
        var check = ProjectionTableCheck(
            table: table,
            rows: found.rows,
            expectedRows: expected.rows,
            missing: [],
            unexpected: [],
            isEqual: found == expected
        )
        if !check.isEqual {
            let sql = try EngineSQL.text("difference.sql", ["live": live, "scratch": scratch])
            for row in try await connection.query(SQL(unescaped: sql)) {
                let (kind, text) = try row.decode((String, String).self)
                if kind == "missing" { check.missing.append(text) } else { check.unexpected.append(text) }
            }
        }
        return check
    }
}
