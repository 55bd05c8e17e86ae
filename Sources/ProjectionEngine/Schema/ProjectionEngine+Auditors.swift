import OpenSSL
import Postgres

extension ProjectionEngine {
    /// Lets auditors read of a read model what its auditors.json says, and notes that.
    func serveAuditors(_ definition: ProjectionDefinition, _ connection: PostgresConnection) async throws {
        let name = definition.name
        let schema = definition.schemaName
        try await connection.execute(
            "select projections.serve_auditors(\(name), \(schema), \(definition.auditors)::json)"
        )
        try await connection.execute(
            SQL(unescaped: EngineSQL.text("note-auditors.sql"), name, schema, definition.auditorsDigest)
        )
    }

    /// Lets auditors read of a read model that serves already what they may, if that was not carried out yet or differs
    /// from what it was.
    ///
    /// Of one that is still to be rebuilt nothing is changed: its tables may be others.
    func updateAuditors(
        _ definition: ProjectionDefinition,
        _ state: ProjectionState,
        _ connection: PostgresConnection
    ) async throws {
        guard state.digest == definition.digest, state.schema == definition.schemaName else { return }
        let text = try EngineSQL.text("auditors-are-served.sql")
        let isDone = try await connection.query(
            SQL(unescaped: text, definition.name, state.schema, definition.auditorsDigest)
        ).first?.decode(Bool.self)
        if isDone != true { try await serveAuditors(definition, connection) }
    }
}

extension ProjectionDefinition {
    /// SHA-256, in hexadecimal, of what auditors may read.
    fileprivate var auditorsDigest: String { Hex.encode(SHA256.hash(auditors ?? "").bytes) }
    /// The schema in which auditors read it.
    var auditorsSchemaName: String { "auditor_\(name)" }
}
