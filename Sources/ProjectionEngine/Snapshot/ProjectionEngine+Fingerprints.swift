import Postgres

/// How many rows a table has, and a sum over them that does not depend on their order.
package struct TableFingerprint: Sendable, Hashable {
    /// How many rows.
    package var rows: Int64
    /// The sum over what is in them.
    package var sum: String
}

extension ProjectionEngine {
    /// The fingerprints of a read model's tables, by name, as they stood after the first `position` events. Two databases
    /// with the same log give the same ones.
    package func fingerprints(of name: String, at position: Int64) async throws -> [String: TableFingerprint] {
        try await withSnapshot(of: name, at: position) { connection, schema in
            try await connection.fingerprints(of: schema)
        }
    }

    /// The fingerprints of a read model's tables that serve, where these hold exactly the first `position` events; else of
    /// those that a replay up to there makes.
    package func servingFingerprints(of name: String, at position: Int64) async throws -> [String: TableFingerprint] {
        let definition = try definition(name)
        let serving: [String: TableFingerprint]? = try await transaction(isolation: .repeatableRead) { connection in
            guard let state = try await ProjectionState.read(name, connection), state.digest == definition.digest
            else { return nil }
            let size = try await connection.logSize()
            let holds = definition.manifest.mode == .inline ? size : state.position
            return holds == position ? try await connection.fingerprints(of: state.schema) : nil
        }
        if let serving { return serving }
        return try await fingerprints(of: name, at: position)
    }

    /// A number for each row of a table as it stood after the first `position` events, smallest first.
    package func rowDigests(of name: String, table: String, at position: Int64) async throws -> [Int64] {
        try await withSnapshot(of: name, at: position) { connection, schema in
            let quoted = "\(SQL.quoted(identifier: schema)).\(SQL.quoted(identifier: table))"
            let sql = "select hashtextextended(t::text, 0) from \(quoted) as t order by 1"
            return try await connection.query(SQL(unescaped: sql)).map { try $0.decode(Int64.self) }
        }
    }
}

extension PostgresConnection {
    /// The fingerprints of all tables of a schema, by name.
    fileprivate func fingerprints(of schema: String) async throws -> [String: TableFingerprint] {
        var fingerprints: [String: TableFingerprint] = [:]
        for table in try await tables(of: schema) {
            let quoted = "\(SQL.quoted(identifier: schema)).\(SQL.quoted(identifier: table))"
            let sql = try EngineSQL.text("fingerprint.sql", ["table": quoted])
            guard let row = try await query(SQL(unescaped: sql)).first else { continue }
            let (rows, sum) = try row.decode((Int64, String).self)
            fingerprints[table] = TableFingerprint(rows: rows, sum: sum)
        }
        return fingerprints
    }
}
