package import Postgres

extension LogSchema {
    /// Whether a database's functions, views, triggers and tables are the ones that Daybook made.
    package enum Comparison: Sendable, Hashable {
        /// They are.
        case same
        /// What is not, one sentence each.
        case different([String])
        /// They could not be compared, and why.
        case notCompared(String)
    }

    /// Compares the log's schema with the one that this release's files make.
    ///
    /// A superuser who leaves the events alone can still make the database lie about them: with a view that leaves some
    /// out, a function that looks away, a trigger that is disabled. The files are run beside the schema, in a
    /// transaction that is rolled back: nothing is stored that could be forged as well, and appends go on meanwhile.
    ///
    /// - Parameter connection: with the rights to migrate, not in a transaction.
    package static func compare(_ connection: PostgresConnection) async throws -> Comparison {
        do {
            try await connection.withTransaction { connection in
                throw ComparisonDone(outcome: try await compareInTransaction(connection))
            }
            return .notCompared("The comparison did not end.")
        } catch let error as PostgresTransactionError {
            if let done = error.body as? ComparisonDone { return done.outcome }
            switch error.postgres?.sqlState {
            case SQLState.insufficientPrivilege:
                return .notCompared("Comparing the schema takes the rights to migrate it.")
            case "25006":
                return .notCompared("This server is a standby; compare the schema on the primary.")
            case .some(let state) where ["23", "2B", "42"].contains(state.conditionClass):
                // Whoever puts things in the way of the files must not thereby escape the comparison.
                return .different(["The files of the schema do not run beside it: \(error.postgres?.message ?? "")"])
            default:
                throw error
            }
        }
    }

    /// Leaves the transaction so that it is rolled back.
    private struct ComparisonDone: Error {
        var outcome: Comparison
    }

    private static func compareInTransaction(_ connection: PostgresConnection) async throws -> Comparison {
        try await lock(connection)
        // Of a numbered file there is one text for ever: another than was run is refused by every migration.
        let altered = try await alteredFiles(connection)
        guard altered.isEmpty else {
            return .different(altered.map { "The migration \($0) is said to have run with another text than it has." })
        }
        guard try unknown(try await applied(connection)).isEmpty else {
            return .notCompared("A later release has migrated this database; verify with that one.")
        }
        guard try await isUpToDate(connection) else {
            return .notCompared("The schema is of another release; run: daybook migrate")
        }
        let found = try await catalogue(connection)
        let settings = try await settings(connection)
        for schema in ["log", "auditor", "auditor_log"] {
            try await connection.script("alter schema \(schema) rename to \(schema)_compared")
        }
        for file in try schemaFiles() { try await connection.script(file.text) }
        let sentences = settings + found.differences(from: try await catalogue(connection))
        return sentences.isEmpty ? .same : .different(sentences)
    }

    private static func catalogue(_ connection: PostgresConnection) async throws -> SchemaCatalogue {
        try SchemaCatalogue(await connection.query(SQL(stringLiteral: text("catalogue.sql"))))
    }

    /// Settings of roles or databases that change what the log says or keeps, one sentence each.
    private static func settings(_ connection: PostgresConnection) async throws -> [String] {
        try await connection.query(SQL(stringLiteral: text("settings.sql"))).map { row in
            let (name, place) = try row.decode((String, String).self)
            return "The setting \(name) is set for \(place)."
        }
    }
}
