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

    private struct Object: Hashable {
        var kind: String
        var name: String
    }

    private static func compareInTransaction(_ connection: PostgresConnection) async throws -> Comparison {
        try await lock(connection)
        guard try await isUpToDate(connection) else {
            return .notCompared("The schema is of another release; run: daybook migrate")
        }
        let found = try await catalogue(connection)
        var sentences = try await settings(connection)
        for schema in ["log", "auditor", "auditor_log"] {
            try await connection.script("alter schema \(schema) rename to \(schema)_compared")
        }
        for file in try schemaFiles() { try await connection.script(file.text) }
        let wanted = try await catalogue(connection)
        for object in Set(found.keys).union(wanted.keys).sorted(by: { ($0.kind, $0.name) < ($1.kind, $1.name) }) {
            switch (found[object], wanted[object]) {
            case (nil, _):
                sentences.append("The \(object.kind) \(object.name) is missing.")
            case (_, nil):
                sentences.append("The \(object.kind) \(object.name) does not belong to the log.")
            case (let found, let wanted) where found != wanted:
                sentences.append("The \(object.kind) \(object.name) is not what Daybook made.")
            default:
                break
            }
        }
        return sentences.isEmpty ? .same : .different(sentences)
    }

    private static func catalogue(_ connection: PostgresConnection) async throws -> [Object: String] {
        var objects: [Object: String] = [:]
        for row in try await connection.query(SQL(stringLiteral: text("catalogue.sql"))) {
            let (kind, name, definition) = try row.decode((String, String, String?).self)
            // Objects may share a name, as overlapping rights do; then all of their definitions count.
            objects[Object(kind: kind, name: name), default: ""] += definition ?? ""
        }
        return objects
    }

    /// Settings for roles or databases that switch triggers off.
    private static func settings(_ connection: PostgresConnection) async throws -> [String] {
        let rows = try await connection.query(
            "select 1 from pg_db_role_setting where setconfig::text like '%session_replication_role%'"
        )
        return rows.isEmpty ? [] : ["A role or database has session_replication_role set, which can disable triggers."]
    }
}
