import EventStore
import Postgres

/// Compares what a read model's tables are read through, and what guards them, with what this program makes.
///
/// A superuser who leaves the tables alone can still have others read something else: by a view that adds rows, a rule,
/// a policy; or have it said that nothing is wrong, by changing the functions that make what serves. So all of it is made
/// once more beside what serves, by functions of this program's own, in the transaction at hand, which is to be rolled
/// back.
struct ServingComparison {
    let definition: ProjectionDefinition
    /// Within a transaction that acts as the writer and looks nothing up without its schema.
    let connection: PostgresConnection
    /// A schema as the program makes it for the read model, named like the one that serves with something behind.
    let scratch: String

    /// What is not as it was made, one sentence each.
    func differences() async throws -> [String] {
        let serving = "\(definition.name)\(scratch.dropFirst(definition.schemaName.count))"
        try await serve(as: serving)
        let made = try await catalogue(
            of: [scratch, serving, "auditor_\(serving)"],
            showing: scratch,
            and: serving
        )
        let found = try await catalogue(
            of: [definition.schemaName, definition.name, definition.auditorsSchemaName],
            showing: "",
            and: ""
        )
        return found.differences(from: made)
    }

    private func serve(as name: String) async throws {
        let quoted = SQL.quoted(identifier: scratch)
        _ = try await connection.script(EngineSQL.text("serve.sql", ["schema": quoted]))
        try await connection.execute("select \(identifier: scratch).serve(\(name), \(scratch))")
        try await connection.execute(
            "select \(identifier: scratch).serve_auditors(\(name), \(scratch), \(definition.auditors)::json)"
        )
        _ = try await connection.script(
            "drop function \(quoted).serve(text, text), \(quoted).serve_auditors(text, text, json)"
        )
    }

    /// The schemas, with the names of those that were made beside shown as the names of those that serve.
    private func catalogue(
        of schemas: [String],
        showing scratch: String,
        and serving: String
    ) async throws -> SchemaCatalogue {
        let text = try EngineSQL.text("serving-catalogue.sql")
        let rows = try await connection.query(
            SQL(unescaped: text, schemas, scratch, definition.schemaName, serving, definition.name)
        )
        return try SchemaCatalogue(rows)
    }
}
