import Logging
import Postgres

/// A database that is there for as long as a rehearsal takes, on the server of the log that runs.
///
/// Its name begins with that of its log. There is one rehearsal of a log at a time, which a lock sees to; so whatever
/// else of that name is there when one begins was left behind by one that was killed, and is dropped.
struct ScratchDatabase: Sendable {
    private let live: PostgresConfiguration
    private let logger: Logger

    init(beside live: PostgresConfiguration, logger: Logger) {
        self.live = live
        self.logger = logger
    }

    /// Lends one, and drops it, however that ends.
    func lend<R: Sendable>(_ body: @Sendable (PostgresConfiguration) async throws -> R) async throws -> R {
        let guardian = try await PostgresConnection.connect(live, logger: logger)
        let result: R
        do {
            let name = try await make(guardian)
            var scratch = live
            scratch.database = name
            do { result = try await body(scratch) } catch {
                // In a task of its own: it is dropped also where the rehearsal was cancelled.
                await Task { try? await Self.drop(name, guardian) }.value
                throw error
            }
            try await Task { try await Self.drop(name, guardian) }.value
        } catch {
            await guardian.close()
            throw error
        }
        await guardian.close()
        return result
    }

    private func make(_ guardian: PostgresConnection) async throws -> String {
        let lock = "select pg_try_advisory_lock(hashtextextended('daybook rehearsal', 0))"
        guard try await guardian.query(SQL(unescaped: lock)).first?.decode(Bool.self) == true else {
            throw BackupError(.conflict, "A restore is being rehearsed already.")
        }
        let about = try await guardian.query(
            """
            select oid::bigint, pg_encoding_to_char(encoding), datcollate, datctype
            from pg_database where datname = current_database()
            """
        ).first?.decode((Int64, String, String, String).self)
        guard let (id, encoding, collation, characters) = about else {
            throw BackupError(.inaccessible, "The database does not say what it is.")
        }
        let prefix = "daybook_rehearsal_\(id)_"
        for row in try await guardian.query("select datname from pg_database where starts_with(datname, \(prefix))") {
            let name = try row.decode(String.self)
            logger.notice("dropping what an earlier rehearsal left behind", metadata: ["database": "\(name)"])
            try await Self.drop(name, guardian)
        }
        let process = try await guardian.query("select pg_backend_pid()").first?.decode(Int32.self) ?? 0
        let name = "\(prefix)\(process)"
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
        return name
    }

    private static func drop(_ name: String, _ guardian: PostgresConnection) async throws {
        try await guardian.execute("drop database if exists \(identifier: name) with (force)")
    }
}
