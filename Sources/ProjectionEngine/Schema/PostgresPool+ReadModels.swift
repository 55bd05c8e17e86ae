package import Postgres

extension PostgresPool {
    /// Lends a connection in a transaction that sees one moment of the log and of some read models.
    ///
    /// A rebuild cannot exchange their tables meanwhile: the new ones would be read under the same names, without the rows
    /// that came into them after the transaction's moment, and so come out as if events had never happened.
    package func withReadModels<R>(
        _ names: [String],
        readOnly: Bool = true,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await withConnection { connection in
            let views = try await connection.query(SQL(unescaped: EngineSQL.text("serving-views.sql"), names))
                .map { try $0.decode(String.self) }
            guard views.count == Set(names).count else {
                throw ProjectionError(
                    .unknownProjection,
                    "Not all of \(names.joined(separator: ", ")) were installed; start Daybook once."
                )
            }
            return try await connection.withTransaction(isolation: .repeatableRead, readOnly: readOnly) { connection in
                // A lock alone does not settle the transaction's moment yet: the first query does.
                try await connection.script("lock table \(views.joined(separator: ", ")) in access share mode")
                return try await body(connection)
            }
        }
    }
}
