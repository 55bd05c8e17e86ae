package import Postgres

/// A mark in a database that a log is being restored into it: what is found there until it is gone is nobody's log yet, and
/// no server starts on it.
package enum RestoreMark {
    /// What is in a database.
    package enum Standing: Sendable, Hashable {
        /// No event.
        case empty
        /// What a restore left behind that was broken off.
        case unfinished
        /// A log.
        case log
        /// Tables of something that is not Daybook.
        case foreign
    }

    /// Whose events a restore records itself, before its mark is taken away.
    private static let recorders = [EventStore.systemActor, "operator"]
    private static let lockKey: Int64 = 4_614_279_087_443_120_746

    /// Whether a restore is under way, or was broken off. Any user may ask.
    package static func isThere(_ connection: PostgresConnection) async throws -> Bool {
        try await connection.query("select exists (select from pg_namespace where nspname = 'daybook_restore')")
            .first?.decode(Bool.self) ?? false
    }

    /// Takes the right to restore into a database, for as long as the connection is open.
    ///
    /// - Returns: false where another restore has it.
    package static func lock(_ connection: PostgresConnection) async throws -> Bool {
        try await connection.query("select pg_try_advisory_lock(\(lockKey))").first?.decode(Bool.self) ?? false
    }

    /// Keeps restores out for as long as the connection is open.
    ///
    /// - Returns: false where one is under way.
    package static func keepOut(_ connection: PostgresConnection) async throws -> Bool {
        try await connection.query("select pg_try_advisory_lock_shared(\(lockKey))").first?.decode(Bool.self) ?? false
    }

    /// Looks.
    package static func standing(_ connection: PostgresConnection) async throws -> Standing {
        let isMarked = try await isThere(connection)
        let tables = try await connection.query(
            "select to_regclass('daybook_restore.loaded') is not null, to_regclass('log.head') is not null"
        )
        let (isLoaded, hasLog) = try tables.first?.decode((Bool, Bool).self) ?? (false, false)
        guard hasLog else {
            if isMarked { return .unfinished }
            return try await hasOthersTables(connection) ? .foreign : .empty
        }
        let size = try await connection.query("select size from log.head").first?.decode(Int64.self) ?? 0
        guard isMarked else { return size == 0 ? .empty : .log }
        guard size > 0 else { return .unfinished }
        // Events come with a size that the mark remembers, or they are not those of the restore.
        guard isLoaded,
            let loaded = try await connection.query("select max(size) from daybook_restore.loaded").first?
                .decode(Int64?.self)
        else { return .log }
        let others = try await connection.query(
            "select exists (select from log.events where position >= \(loaded) and actor <> all (\(recorders)))"
        )
        return try others.first?.decode(Bool.self) ?? true ? .log : .unfinished
    }

    /// Whether there are tables, views or sequences that neither Daybook nor an extension made.
    private static func hasOthersTables(_ connection: PostgresConnection) async throws -> Bool {
        try await connection.query(SQL(unescaped: LogSchema.text("restore/others-tables.sql"))).first?
            .decode(Bool.self) ?? true
    }

    /// Makes the mark, and removes what an earlier restore left behind. Refused by a log.
    package static func make(_ connection: PostgresConnection) async throws {
        switch try await standing(connection) {
        case .empty: break
        case .unfinished: try await reset(connection)
        case .log:
            throw PostgresError(
                .server(SQLState.objectNotInPrerequisiteState),
                "There is a log in this database already."
            )
        case .foreign:
            throw PostgresError(
                .server(SQLState.objectNotInPrerequisiteState),
                "There are tables of something else in this database."
            )
        }
        _ = try await connection.script(try LogSchema.text("restore/mark.sql"))
    }

    private static func reset(_ connection: PostgresConnection) async throws {
        _ = try await connection.script(try LogSchema.text("restore/reset.sql"), deadline: .seconds(3_600))
    }

    /// Removes what was restored, and the mark. The right to restore must be held.
    package static func clear(_ connection: PostgresConnection) async throws {
        guard try await isThere(connection) else { return }
        try await reset(connection)
        try await remove(connection)
    }

    /// Takes the mark away beside a log that is not the restore's, where the restore brought nothing. The right to restore
    /// must be held.
    package static func giveUp(_ connection: PostgresConnection) async throws {
        let loaded = try await connection.query("select to_regclass('daybook_restore.loaded') is not null").first?
            .decode(Bool.self)
        guard loaded == true,
            try await connection.query("select count(*) from daybook_restore.loaded").first?.decode(Int64.self) == 0
        else { return }
        try await remove(connection)
    }

    /// Remembers how much was loaded, in the load's own transaction. Without a mark there is nothing to remember.
    static func remember(_ size: Int64, _ connection: PostgresConnection) async throws {
        guard try await isThere(connection) else { return }
        try await connection.execute("insert into daybook_restore.loaded (size) values (\(size))")
    }

    /// Takes the mark away: what is there is a log.
    package static func remove(_ connection: PostgresConnection) async throws {
        _ = try await connection.script("drop schema if exists daybook_restore cascade")
    }
}
