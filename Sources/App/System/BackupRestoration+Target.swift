import Backups
import EventStore
import Foundation
import Postgres
import ServiceLifecycle

extension BackupRestoration {
    func directory(_ name: String) -> URL {
        URL(fileURLWithPath: configuration.dataDirectory).appendingPathComponent(name)
    }

    /// Does something while no server and no other restore uses the target.
    func alone<R: Sendable>(_ body: @escaping @Sendable () async throws -> R) async throws -> R {
        guard let url = configuration.databaseURL else {
            try FileManager.default.createDirectory(
                atPath: configuration.dataDirectory,
                withIntermediateDirectories: true
            )
            let hold = try DataDirectoryHold(configuration)
            defer { hold.release() }
            return try await body()
        }
        let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url.reveal()), logger: logger)
        let result: R
        do {
            guard try await RestoreMark.lock(connection) else {
                throw BackupError(
                    .conflict,
                    "Another restore into this database is under way, or a server is starting there; nothing was changed."
                )
            }
            // Nobody else may begin once the right is lost: this one ends then.
            result = try await connection.whileThere(body)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        return result
    }

    /// Lends a connection with all the rights of the user that connects.
    func withConnection<R: Sendable>(
        _ progress: StartProgress,
        _ body: @escaping @Sendable (PostgresConfiguration, PostgresConnection) async throws -> R
    ) async throws -> R {
        let logger = logger
        return try await withDatabase(configuration, logger: logger, progress: progress.cluster) { url in
            try await cancelWhenGracefulShutdown {
                let postgres = try PostgresConfiguration(url: url)
                let connection = try await PostgresConnection.connect(postgres, logger: logger)
                do {
                    // A view of a branch that was broken off at its end has made the database read-only.
                    _ = try await connection.script("set default_transaction_read_only = off")
                    let result = try await body(postgres, connection)
                    await connection.close()
                    return result
                } catch {
                    await connection.close()
                    throw error
                }
            }
        }
    }

    /// Refuses a data directory without space for what would be restored in it. Of another database nobody can say.
    private func checkSpace(for backup: JudgedBackup, _ wish: Wish) throws {
        guard configuration.databaseURL == nil, let free = freeSpace(configuration.dataDirectory) else { return }
        let needed = backup.chain.restoredBytes(to: wish.point)
        guard free < needed else { return }
        throw BackupError.noSpace(needed, free, in: configuration.dataDirectory)
    }

    /// Refuses a target that has a log, unless it is named, and one without space.
    ///
    /// - Returns: whether there is one that has to make room.
    func checkTarget(_ wish: Wish, _ backup: JudgedBackup, _ progress: StartProgress) async throws -> Bool {
        if configuration.databaseURL == nil, !FileManager.default.fileExists(atPath: directory("postgres").path) {
            try checkSpace(for: backup, wish)
            return false
        }
        let standing = try await withConnection(progress) { _, connection in
            let standing = try await RestoreMark.standing(connection)
            // An earlier restore came to nothing beside it.
            if standing == .log { try await RestoreMark.giveUp(connection) }
            return standing
        }
        guard standing != .foreign else {
            throw BackupError(
                .conflict,
                "There are tables of something else in this database; nothing was changed. Make an empty database, and "
                    + "restore into that."
            )
        }
        // What an earlier restore left takes space that this one gets.
        if standing != .unfinished { try checkSpace(for: backup, wish) }
        guard standing == .log else { return false }
        try checkReplacement(wish, backup)
        // What makes room does so only for a backup that is whole.
        let report = try await BackupService.verify(
            backup.id,
            .full,
            in: configuration.backups.storage(repository),
            keys: configuration.backups.keys(),
            verifiers: backup.keys.verifiers
        )
        if let finding = report.findings.first {
            throw BackupError(.damaged, "\(finding.message) Nothing was changed.")
        }
        return true
    }

    private func checkReplacement(_ wish: Wish, _ backup: JudgedBackup) throws {
        let chain = backup.chain
        do {
            guard configuration.databaseURL == nil else {
                throw BackupError(
                    .conflict,
                    "There is a log in this database already; nothing was changed. Make an empty database, and restore into that."
                )
            }
            guard let origin = wish.replacing else {
                throw BackupError(
                    .conflict,
                    "There is a Daybook in \(configuration.dataDirectory) already; nothing was changed. Restore into another "
                        + "--data-dir, or say --replace \(chain.origin) to have the old one moved aside."
                )
            }
            guard origin == chain.origin else {
                throw BackupError(
                    .conflict,
                    "The backup is of the log \(chain.origin), not of \(origin); nothing was changed."
                )
            }
        } catch {
            // A restore that was broken off before it moved anything has left a mark: what is there is whole, and goes on. One
            // that is about a private cluster says nothing of another database.
            let mark = try DirectoryMark(in: configuration)
            if configuration.databaseURL == nil || mark?.movedAside == nil { try DirectoryMark.remove(configuration) }
            throw error
        }
    }
}
