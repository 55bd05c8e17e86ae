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
            var fingerprints: [String: TableFingerprint] = [:]
            for table in try await connection.tables(of: schema) {
                let quoted = "\(SQL.quoted(identifier: schema)).\(SQL.quoted(identifier: table))"
                let sql = try EngineSQL.text("fingerprint.sql", ["table": quoted])
                guard let row = try await connection.query(SQL(unescaped: sql)).first else { continue }
                let (rows, sum) = try row.decode((Int64, String).self)
                fingerprints[table] = TableFingerprint(rows: rows, sum: sum)
            }
            return fingerprints
        }
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
