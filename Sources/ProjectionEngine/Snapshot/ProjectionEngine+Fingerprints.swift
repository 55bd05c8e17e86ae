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
    /// with the same log give the same ones, for the same salt.
    package func fingerprints(
        of name: String,
        at position: Int64,
        salt: String = ""
    ) async throws -> [String: TableFingerprint] {
        try await withSnapshot(of: name, at: position) { connection, schema in
            try await connection.fingerprints(of: schema, salt: salt)
        }
    }

    /// The fingerprints of a read model's tables that serve, where these hold exactly the first `position` events; else of
    /// those that a replay up to there makes.
    package func servingFingerprints(
        of name: String,
        at position: Int64,
        salt: String = ""
    ) async throws -> [String: TableFingerprint] {
        let definition = try definition(name)
        let serving: [String: TableFingerprint]? = try await transaction(isolation: .repeatableRead) { connection in
            guard let state = try await ProjectionState.read(name, connection), state.digest == definition.digest
            else { return nil }
            let size = try await connection.logSize()
            let holds = definition.manifest.mode == .inline ? size : state.position
            return holds == position ? try await connection.fingerprints(of: state.schema, salt: salt) : nil
        }
        if let serving { return serving }
        return try await fingerprints(of: name, at: position, salt: salt)
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
    /// The fingerprint of a table, its name quoted.
    ///
    /// - Parameter salt: only fingerprints of one salt compare. Where it was not known before, tables of the same
    ///   fingerprint hold the same rows.
    func fingerprint(of table: String, salt: String) async throws -> TableFingerprint {
        let sql = try EngineSQL.text("fingerprint.sql", ["table": table])
        guard let row = try await query(SQL(unescaped: sql, salt)).first else {
            return TableFingerprint(rows: 0, sum: "")
        }
        let (rows, sum) = try row.decode((Int64, String).self)
        return TableFingerprint(rows: rows, sum: sum)
    }

    /// The fingerprints of all tables of a schema, by name.
    fileprivate func fingerprints(of schema: String, salt: String) async throws -> [String: TableFingerprint] {
        var fingerprints: [String: TableFingerprint] = [:]
        for table in try await tables(of: schema) {
            let quoted = "\(SQL.quoted(identifier: schema)).\(SQL.quoted(identifier: table))"
            fingerprints[table] = try await fingerprint(of: quoted, salt: salt)
        }
        return fingerprints
    }
}
