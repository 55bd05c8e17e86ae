import Access
package import Backups
import EventStore
import Events
import Foundation
package import Logging
package import MerkleLog
import Postgres
import PostgresServer
import ServiceLifecycle

/// A restore of a backup to where there is no log yet: a new data directory, or an empty database.
///
/// Whatever can be refused is refused before anything is touched. The log is loaded in one transaction, so that a restore
/// that was broken off can be begun again. Afterwards the read models are made, and the restore is recorded.
package struct BackupRestoration: Sendable {
    private let configuration: DaybookConfiguration
    private let repository: String?
    private let logger: Logger

    /// What is wanted.
    package struct Wish: Sendable {
        /// The backup; the newest in the repository if nil.
        package var backupID: String?
        /// Up to where.
        package var point = RestorePoint.end
        /// A directory with the keys that sign the log, where neither the data directory nor the backup has them.
        package var keysDirectory: String?
        /// Checkpoints that were kept elsewhere.
        package var known: [Checkpoint] = []
        /// The name of the log that is in the data directory and is to make room.
        package var replacing: String?

        /// All of the newest backup.
        package init() {}
    }

    /// What was done.
    package struct Outcome: Sendable {
        /// What others can check.
        package var certificate: RestoreCertificate
        /// Where the signed certificate is.
        package var certificatePath: String
        /// Where what was there before is now.
        package var movedAside: String?
    }

    /// A restore into what the configuration names.
    package init(_ configuration: DaybookConfiguration, repository: String?, logger: Logger) {
        self.configuration = configuration
        self.repository = repository
        self.logger = logger
    }

    /// Restores.
    ///
    /// - Throws: ``BackupError``; `KeyStoreError`; what starting a database throws.
    package func run(
        _ wish: Wish,
        progress: StartProgress = StartProgress(),
        loading: @escaping BackupProgress.Handler = { _ in }
    ) async throws -> Outcome {
        let storage = try configuration.backups.storage(repository)
        let id = try await backupID(wish, storage)
        return try await storage.holding(id) { try await restore(id, from: storage, wish, progress, loading) }
    }

    private func restore(
        _ id: String,
        from storage: any BackupStorage,
        _ wish: Wish,
        _ progress: StartProgress,
        _ loading: @escaping BackupProgress.Handler
    ) async throws -> Outcome {
        let chain = try await BackupChain(id, in: storage, keys: try configuration.backups.keys(), verifiers: nil)
        try await checkTarget(wish, chain, progress)
        let keys = KeyStore(directory: URL(fileURLWithPath: configuration.dataDirectory).appendingPathComponent("keys"))
        let moved = try moveAside(wish)
        if keys.isEmpty { try await adoptKeys(wish, chain, keys) }
        let restorer = try BackupRestorer(chain, to: wish.point, keys: keys)
        let logger = logger
        let outcome = try await withConnection(progress) { postgres, connection in
            try await RestoreMark.make(connection)
            _ = try await DaybookSystem.migrate(postgres, logger: logger)
            return try await restorer.restore(into: connection, known: wish.known, progress: loading)
        }
        let path = "\(configuration.dataDirectory)/restore-certificate-\(id).note"
        try Data(outcome.note.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        try await record(outcome, progress)
        try await withConnection(progress) { _, connection in try await RestoreMark.remove(connection) }
        return Outcome(certificate: outcome.certificate, certificatePath: path, movedAside: moved)
    }

    /// Restores without making a Daybook of it: the log is there for as long as the body takes, marked as one that is under
    /// way. What the body leaves stays.
    func load<R: Sendable>(
        _ wish: Wish,
        progress: StartProgress,
        loading: @escaping BackupProgress.Handler,
        _ body:
            @escaping @Sendable (PostgresConfiguration, PostgresConnection, BackupRestorer.Outcome) async throws -> R
    ) async throws -> R {
        let storage = try configuration.backups.storage(repository)
        let id = try await backupID(wish, storage)
        return try await storage.holding(id) {
            let chain = try await BackupChain(id, in: storage, keys: try configuration.backups.keys(), verifiers: nil)
            try await checkTarget(wish, chain, progress)
            let own = "\(configuration.dataDirectory)/keys"
            let keys = KeyStore(directory: URL(fileURLWithPath: wish.keysDirectory ?? own))
            if keys.isEmpty { try await adoptKeys(wish, chain, keys) }
            let restorer = try BackupRestorer(chain, to: wish.point, keys: keys)
            let logger = logger
            return try await withConnection(progress) { postgres, connection in
                try await RestoreMark.make(connection)
                _ = try await DaybookSystem.migrate(postgres, logger: logger)
                let outcome = try await restorer.restore(into: connection, known: wish.known, progress: loading)
                let result = try await body(postgres, connection, outcome)
                _ = try await connection.script("set default_transaction_read_only = off")
                try await RestoreMark.remove(connection)
                return result
            }
        }
    }

    private func backupID(_ wish: Wish, _ storage: any BackupStorage) async throws -> String {
        if let id = wish.backupID { return id }
        var newest: (id: String, size: Int64)?
        for backup in try await storage.backups() where backup.isFinished {
            let reader = try await BackupReader(backup.backupID, in: storage, keys: nil, verifiers: nil)
            if newest.map({ $0.size < reader.manifest.size }) ?? true {
                newest = (backup.backupID, reader.manifest.size)
            }
        }
        guard let newest else {
            throw BackupError(.notFound, "There is no finished backup in \(storage.place).")
        }
        return newest.id
    }

    // MARK: The target

    private var cluster: String { "\(configuration.dataDirectory)/postgres" }

    /// Lends a connection with all the rights of the user that connects.
    private func withConnection<R: Sendable>(
        _ progress: StartProgress,
        _ body: @escaping @Sendable (PostgresConfiguration, PostgresConnection) async throws -> R
    ) async throws -> R {
        let logger = logger
        return try await withDatabase(configuration, logger: logger, progress: progress.cluster) { url in
            try await cancelWhenGracefulShutdown {
                let postgres = try PostgresConfiguration(url: url)
                let connection = try await PostgresConnection.connect(postgres, logger: logger)
                do {
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

    /// Refuses a target that has a log, unless it is named.
    private func checkTarget(_ wish: Wish, _ chain: BackupChain, _ progress: StartProgress) async throws {
        if configuration.databaseURL == nil, !FileManager.default.fileExists(atPath: cluster) { return }
        let standing = try await withConnection(progress) { _, connection in try await RestoreMark.standing(connection)
        }
        guard standing == .log else { return }
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
        // What makes room does so only for a backup that is whole.
        let report = try await check(chain)
        if let finding = report.findings.first {
            throw BackupError(.damaged, "\(finding.message) Nothing was changed.")
        }
    }

    private func check(_ chain: BackupChain) async throws -> BackupReport {
        try await BackupService.verify(
            chain.newest.manifest.backupID,
            .full,
            in: configuration.backups.storage(repository),
            keys: configuration.backups.keys(),
            verifiers: nil
        )
    }

    /// A server that still runs has the data directory's lock.
    private func moveAside(_ wish: Wish) throws -> String? {
        guard wish.replacing != nil, FileManager.default.fileExists(atPath: cluster) else { return nil }
        let hold = try DataDirectoryHold(configuration)
        defer { hold.release() }
        guard !FileManager.default.fileExists(atPath: "\(cluster)/postmaster.pid"),
            !FileManager.default.fileExists(atPath: "\(cluster)/data/postmaster.pid")
        else {
            throw BackupError(.conflict, "The Daybook in \(configuration.dataDirectory) is running: stop it first.")
        }
        let stamp = Int64(Date().timeIntervalSince1970)
        let aside = "\(configuration.dataDirectory)/postgres.before-restore-\(stamp)"
        do { try FileManager.default.moveItem(atPath: cluster, toPath: aside) } catch {
            throw BackupError(.inaccessible, "What is there cannot be moved aside.", detail: "\(error)")
        }
        return aside
    }

    private func adoptKeys(_ wish: Wish, _ chain: BackupChain, _ keys: KeyStore) async throws {
        if let directory = wish.keysDirectory {
            try keys.adopt(KeyStore(directory: URL(fileURLWithPath: directory)).exported())
            return
        }
        for link in chain.links.reversed() {
            guard let file = link.manifest.signingKeys else { continue }
            try keys.adopt(try await link.content(of: file))
            return
        }
        throw BackupError(
            .invalid,
            "The keys that sign the log are neither in \(keys.directory.path) nor in the backup. Say where they are: --keys."
        )
    }

    // MARK: Afterwards

    private func record(_ outcome: BackupRestorer.Outcome, _ progress: StartProgress) async throws {
        try await DaybookSystem.withRunning(
            configuration,
            logger: logger,
            progress: progress,
            administrator: .withoutToken
        ) { system, _ in
            try await system.backups.recordRestore(outcome, by: Author(id: AccessActor.operatorID))
        }
    }
}
