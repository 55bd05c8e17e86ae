import Events
import Foundation
package import Logging
import OpenSSL
package import Postgres

/// The tables, functions and roles of the log, brought up to date by numbered SQL files.
///
/// Each file runs once, in one transaction, under a lock that lets one replica migrate at a time. A file that was
/// changed after it ran is refused: what a database holds must be what the files say. A database that a later release has
/// migrated is refused before anything is written.
package enum LogSchema {
    /// What a migration did.
    package struct Outcome: Sendable {
        /// The files that ran.
        package var applied: [String]
    }

    /// A problem with the schema.
    package struct SchemaError: Error, Sendable, CustomStringConvertible {
        /// What to do about it.
        package var message: String
        /// The message.
        package var description: String { message }
    }

    /// Brings the schema up to date. Where there is something to do, the connecting user must own the database, and be
    /// able to make roles if they do not exist yet; else the writer's rights are enough.
    package static func migrate(_ connection: PostgresConnection, logger: Logger) async throws -> Outcome {
        let found = try await connection.query("select to_regclass('daybook_migrations.applied') is not null")
        if try found.first?.decode(Bool.self) == true {
            try refuseLater(try await applied(connection))
            if try await isUpToDate(connection) { return Outcome(applied: []) }
        }
        let files = try schemaFiles()
        return try await connection.withTransaction { connection in
            try await lock(connection)
            _ = try await connection.script(try text("migrations.sql"))
            let known = try await applied(connection)
            // Once more: another may have migrated meanwhile.
            try refuseLater(known)
            var outcome = Outcome(applied: [])
            for file in files {
                let digest = SHA256.hash(Array(file.text.utf8)).bytes
                if let before = known[file.name] {
                    guard before == digest || file.isRepeatable else {
                        throw SchemaError(
                            message: "The migration \(file.name) differs from the one that this database ran; "
                                + "use the release of Daybook that made it, or a later one."
                        )
                    }
                    // New tables, views and functions have to be granted as well.
                    let isDue = file.followsOthers && !outcome.applied.isEmpty
                    if before == digest, !isDue { continue }
                }
                logger.info("migrating", metadata: ["file": "\(file.name)"])
                _ = try await connection.script(file.text)
                try await record(file.name, digest, connection)
                outcome.applied.append(file.name)
            }
            let digests = files.filter(\.isRepeatable).flatMap { SHA256.hash(Array($0.text.utf8)).bytes }
            let digest = SHA256.hash(digests).bytes
            if known[name(ofEdition: edition)] != digest {
                try await record(name(ofEdition: edition), digest, connection)
            }
            return outcome
        }
    }

    private static func record(_ name: String, _ digest: [UInt8], _ connection: PostgresConnection) async throws {
        _ = try await connection.execute(
            """
            insert into daybook_migrations.applied (name, digest) values (\(name), \(digest))
            on conflict (name) do update set digest = excluded.digest, applied_at = now()
            """
        )
    }

    /// One migration at a time, and none during a comparison; and in this transaction no name means anything but what the
    /// files say, whatever the session's settings are.
    static func lock(_ connection: PostgresConnection) async throws {
        _ = try await connection.script("set local search_path = pg_catalog, pg_temp")
        _ = try await connection.query("select pg_advisory_xact_lock(4614279087443120745)")
    }

    /// Whether the database ran these same files, all of them, and no others.
    static func isUpToDate(_ connection: PostgresConnection) async throws -> Bool {
        let known = try await applied(connection)
        guard known[name(ofEdition: edition)] != nil, try unknown(known).isEmpty else { return false }
        return try schemaFiles().allSatisfy { known[$0.name] == SHA256.hash(Array($0.text.utf8)).bytes }
    }

    /// The numbered files that the database says it ran with another text than they have.
    static func alteredFiles(_ connection: PostgresConnection) async throws -> [String] {
        let known = try await applied(connection)
        return try schemaFiles().filter { file in
            guard !file.isRepeatable, let digest = known[file.name] else { return false }
            return digest != SHA256.hash(Array(file.text.utf8)).bytes
        }.map(\.name)
    }

    /// The digests of the files that the database ran.
    static func applied(_ connection: PostgresConnection) async throws -> [String: [UInt8]] {
        var known: [String: [UInt8]] = [:]
        for row in try await connection.query("select name, digest from daybook_migrations.applied") {
            let (name, digest) = try row.decode((String, [UInt8]).self)
            known[name] = digest
        }
        return known
    }

    struct File {
        var name: String
        var text: String
        /// Generated files state what is wanted and may run again.
        var isRepeatable = false
        /// States something about whatever the other files made.
        var followsOthers = false
    }

    static func schemaFiles() throws -> [File] {
        let directory = Bundle.module.bundleURL.appendingPathComponent("SQL/schema")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".sql") }
        var files = try names.sorted().map { File(name: $0, text: try text("schema/\($0)")) }
        files.append(File(name: "views.sql", text: try EventViews.sql, isRepeatable: true))
        for name in ["auditors.sql", "grants.sql"] {
            files.append(File(name: name, text: try text(name), isRepeatable: true, followsOthers: true))
        }
        return files
    }

    static func text(_ path: String) throws -> String {
        try SQLFile.text(path, in: .module)
    }
}
