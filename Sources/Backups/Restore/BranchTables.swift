import Foundation
package import Postgres
package import ProjectionEngine

/// The rows of one branch out of the read models of a log that was restored, in tables of their own.
package enum BranchTables {
    /// The schema with the tables.
    package static let schema = "branch_view"
    /// The role that may read them, and nothing else.
    package static let role = "daybook_branch_viewer"

    /// Copies the rows of a branch, as they stood after the first `size` events.
    ///
    /// Tables whose rows belong to no branch are left out: the people who sign in, the log of the system, the backups.
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
            for (table, key) in definition.branchKeys.sorted(by: { $0.key < $1.key }) {
                let name = "\(definition.name)_\(table)"
                rows[name] = try await engine.withSnapshot(of: definition.name, at: size) { connection, source in
                    try await copy(SQL.quoted(identifier: source), table, key, branch, as: name, connection)
                }
            }
        }
        return rows
    }

    private static func copy(
        _ source: String,
        _ table: String,
        _ key: BranchKey,
        _ branch: String,
        as name: String,
        _ connection: PostgresConnection
    ) async throws -> Int64 {
        let target = "\(schema).\(SQL.quoted(identifier: name))"
        let wanted = SQL.quoted(literal: branch)
        let condition =
            switch key {
            case .branch(let column): "\(SQL.quoted(identifier: column)) = \(wanted)"
            case .role(let column):
                "\(SQL.quoted(identifier: column)) in (select role_id from \(source).roles where branch_id = \(wanted))"
            }
        _ = try await connection.script(
            "create table \(target) as select * from \(source).\(SQL.quoted(identifier: table)) where \(condition)"
        )
        return try await connection.query(SQL(unescaped: "select count(*) from \(target)")).first?
            .decode(Int64.self) ?? 0
    }

    /// Drops everything else, lets the tables be read by their role, and makes the database read-only.
    package static func close(_ connection: PostgresConnection) async throws {
        let file = Bundle.module.bundleURL.appendingPathComponent("SQL/close-branch-view.sql")
        _ = try await connection.script(try String(contentsOf: file, encoding: .utf8), deadline: .seconds(3_600))
    }
}
