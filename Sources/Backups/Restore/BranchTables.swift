package import Postgres
package import ProjectionEngine

/// The rows of one branch out of the read models of a log that was restored, in tables of their own.
package enum BranchTables {
    /// The schema with the tables.
    package static let schema = "branch_view"

    /// Whether any event of the log that was restored names a branch.
    package static func isNamed(_ branch: String, _ connection: PostgresConnection) async throws -> Bool {
        let statement = try SQLFile("branch-is-named.sql", in: .module)
        return try await connection.query(statement(branch)).first?.decode(Bool.self) ?? false
    }

    /// Copies the rows of a branch, as they stood after the first `size` events.
    ///
    /// Tables whose rows belong to no branch are left out: the people who sign in, the log of the system, the backups. So are
    /// the columns that auditors are not shown.
    ///
    /// - Returns: how many rows each table has.
    package static func copy(
        of branch: String,
        at size: Int64,
        from engine: ProjectionEngine,
        _ connection: PostgresConnection
    ) async throws -> [String: Int64] {
        _ = try await connection.script(
            "drop schema if exists \(schema) cascade; create schema \(schema); "
                + "grant usage, create on schema \(schema) to daybook_writer"
        )
        var rows: [String: Int64] = [:]
        for definition in engine.definitions {
            for (name, table) in definition.branchTables.sorted(by: { $0.key < $1.key }) {
                let target = "\(definition.name)_\(name)"
                rows[target] = try await engine.withSnapshot(of: definition.name, at: size) { connection, source in
                    try await copy(source, name, table, branch, as: target, connection)
                }
            }
        }
        return rows
    }

    private static func copy(
        _ source: String,
        _ name: String,
        _ table: BranchTable,
        _ branch: String,
        as targetName: String,
        _ connection: PostgresConnection
    ) async throws -> Int64 {
        let (target, quoted) = ("\(schema).\(SQL.quoted(identifier: targetName))", SQL.quoted(identifier: source))
        let wanted = SQL.quoted(literal: branch)
        let condition =
            switch table.key {
            case .branch(let column): "\(SQL.quoted(identifier: column)) = \(wanted)"
            case .role(let column):
                "\(SQL.quoted(identifier: column)) in (select role_id from \(quoted).roles where branch_id = \(wanted))"
            }
        let columns = try await columns(of: name, in: source, connection).filter { !table.hidden.contains($0) }
            .map { SQL.quoted(identifier: $0) }.joined(separator: ", ")
        _ = try await connection.script(
            """
            create table \(target) as
            select \(columns) from \(quoted).\(SQL.quoted(identifier: name)) where \(condition)
            """
        )
        return try await connection.query(SQL(unescaped: "select count(*) from \(target)")).first?
            .decode(Int64.self) ?? 0
    }

    private static func columns(
        of table: String,
        in schema: String,
        _ connection: PostgresConnection
    ) async throws -> [String] {
        let statement = try SQLFile("table-columns.sql", in: .module)
        return try await connection.query(statement(schema, table)).map { try $0.decode(String.self) }
    }

    /// Drops everything else, lets the tables be read by a role of this database, and makes the database read-only.
    ///
    /// - Returns: the role, which may read nothing else.
    package static func close(_ connection: PostgresConnection) async throws -> String {
        let script = try SQLFile.text("close-branch-view.sql", in: .module)
        _ = try await connection.script(script, deadline: .seconds(3_600))
        return try await connection.query(
            "select 'daybook_branch_viewer_' || oid from pg_database where datname = current_database()"
        ).first?.decode(String.self) ?? ""
    }
}
