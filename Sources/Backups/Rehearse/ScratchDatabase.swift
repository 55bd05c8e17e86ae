import Logging
import Postgres

/// A database that is there for as long as a rehearsal takes, on the server of the log that runs.
///
/// Its name begins with that of its log. There is one rehearsal of a log at a time, which a lock sees to; so whatever
/// else of that name is there while nobody has it was left behind by one that was killed, and is dropped.
struct ScratchDatabase: Sendable {
    private let live: PostgresConfiguration
    private let logger: Logger

    init(beside live: PostgresConfiguration, logger: Logger) {
        self.live = live
        self.logger = logger
    }

    /// Lends one, and drops it, however that ends.
    func lend<R: Sendable>(_ body: @escaping @Sendable (PostgresConfiguration) async throws -> R) async throws -> R {
        let guardian = try await PostgresConnection.connect(live, logger: logger)
        let result: R
        do {
            guard try await Self.lock(guardian) else {
                throw BackupError.rehearsalUnderWay
            }
            try await dropLeftovers(guardian)
            let scratch = try await make(guardian)
            do { result = try await guardian.whileThere { try await body(scratch) } } catch {
                // In a task of its own: it is dropped also where the rehearsal was cancelled.
                await Task { await drop(scratch) }.value
                throw error
            }
            await Task { await drop(scratch) }.value
        } catch {
            await guardian.close()
            throw error
        }
        await guardian.close()
        return result
    }

    /// Drops what rehearsals left behind that were killed: it holds what the log may have erased since.
    func dropLeftovers() async throws {
        try await PostgresConnection.withConnection(live, logger: logger) { guardian in
            if try await Self.lock(guardian) { try await dropLeftovers(guardian) }
        }
    }

    private static func lock(_ guardian: PostgresConnection) async throws -> Bool {
        try await guardian.query("select pg_try_advisory_lock(hashtextextended('daybook rehearsal', 0))").first?
            .decode(Bool.self) ?? false
    }

    private static func prefix(_ guardian: PostgresConnection) async throws -> String {
        let prefix = try await guardian.query(
            "select 'daybook_rehearsal_' || oid || '_' from pg_database where datname = current_database()"
        ).first?.decode(String.self)
        guard let prefix else { throw BackupError(.inaccessible, "The database does not say what it is.") }
        return prefix
    }

    private func dropLeftovers(_ guardian: PostgresConnection) async throws {
        let prefix = try await Self.prefix(guardian)
        for row in try await guardian.query("select datname from pg_database where starts_with(datname, \(prefix))") {
            let name = try row.decode(String.self)
            logger.notice("dropping what an earlier rehearsal left behind", metadata: ["database": "\(name)"])
            try await Self.drop(name, guardian)
        }
    }

    private func make(_ guardian: PostgresConnection) async throws -> PostgresConfiguration {
        let about = try await guardian.query(
            """
            select pg_backend_pid(), pg_encoding_to_char(encoding), datcollate, datctype
            from pg_database where datname = current_database()
            """
        ).first?.decode((Int32, String, String, String).self)
        guard let (process, encoding, collation, characters) = about else {
            throw BackupError(.inaccessible, "The database does not say what it is.")
        }
        let name = "\(try await Self.prefix(guardian))\(process)"
        do {
            _ = try await guardian.script(
                """
                create database \(SQL.quoted(identifier: name)) template template0 \
                encoding \(SQL.quoted(literal: encoding)) lc_collate \(SQL.quoted(literal: collation)) \
                lc_ctype \(SQL.quoted(literal: characters))
                """
            )
        } catch let error as PostgresError where error.sqlState == SQLState.insufficientPrivilege {
            throw BackupError(
                .conflict,
                "The database user may not make databases, which a rehearsal needs: alter role … createdb."
            )
        }
        var scratch = live
        scratch.database = name
        return scratch
    }

    /// On a connection of its own: the guardian's may be what was lost.
    private func drop(_ scratch: PostgresConfiguration) async {
        let name = scratch.database ?? ""
        do {
            try await PostgresConnection.withConnection(live, logger: logger) { try await Self.drop(name, $0) }
        } catch {
            logger.error(
                "the database of a rehearsal could not be dropped; it is tried again within ten minutes",
                metadata: ["database": "\(name)", "error": "\(error)"]
            )
        }
    }

    private static func drop(_ name: String, _ connection: PostgresConnection) async throws {
        try await connection.execute("drop database if exists \(identifier: name) with (force)")
    }
}

extension BackupError {
    /// There is one at a time.
    static let rehearsalUnderWay = BackupError(.conflict, "A restore is being rehearsed already.")
}
