package import Postgres

/// A mark in a database that a log is being restored into it: what is found there until it is gone is nobody's log yet.
package enum RestoreMark {
    /// What is in a database.
    package enum Standing: Sendable, Hashable {
        /// No event.
        case empty
        /// What a restore left behind that was broken off.
        case unfinished
        /// A log.
        case log
    }

    /// Looks.
    package static func standing(_ connection: PostgresConnection) async throws -> Standing {
        let tables = try await connection.query(
            "select to_regclass('daybook_restore.under_way') is not null, to_regclass('log.head') is not null"
        )
        let (isMarked, hasLog) = try tables.first?.decode((Bool, Bool).self) ?? (false, false)
        if isMarked { return .unfinished }
        guard hasLog else { return .empty }
        let size = try await connection.query("select size from log.head").first?.decode(Int64.self) ?? 0
        return size == 0 ? .empty : .log
    }

    /// Makes the mark, and removes what an earlier restore left behind. Refused by a log.
    package static func make(_ connection: PostgresConnection) async throws {
        switch try await standing(connection) {
        case .empty: break
        case .unfinished: _ = try await connection.script(try LogSchema.text("restore/reset.sql"))
        case .log:
            throw PostgresError(
                .server(SQLState.objectNotInPrerequisiteState),
                "There is a log in this database already."
            )
        }
        _ = try await connection.script(
            "create schema if not exists daybook_restore; create table if not exists daybook_restore.under_way ()"
        )
    }

    /// Takes the mark away: what is there is a log.
    package static func remove(_ connection: PostgresConnection) async throws {
        _ = try await connection.script("drop schema if exists daybook_restore cascade")
    }
}
