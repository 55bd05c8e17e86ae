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
        /// Signed checkpoints that were kept elsewhere.
        package var known: [SignedNote] = []
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
        /// The keys that came from the backup itself, in the form in which others know them: to be compared.
        package var keysFromBackup: [String]
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
        try await judged(wish, KeyStore(directory: directory("keys"))) { backup in
            try await alone { try await restore(backup, wish, progress, loading) }
        }
    }

    private func restore(
        _ backup: JudgedBackup,
        _ wish: Wish,
        _ progress: StartProgress,
        _ loading: @escaping BackupProgress.Handler
    ) async throws -> Outcome {
        try await checkTarget(wish, backup, progress)
        try backup.keys.adopt()
        let (used, aside) = (try backup.keys.store.usedKeyID(), try PrivateClusterAside(configuration, wish))
        do {
            let outcome = try await load(backup, wish, progress, loading)
            let path = directory("restore-certificate-\(backup.id).note").path
            try Data(outcome.note.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            if outcome.keyID != used { try backup.keys.store.use(outcome.keyID) }
            try await record(outcome, progress)
            try await withConnection(progress) { _, connection in try await RestoreMark.remove(connection) }
            return Outcome(
                certificate: outcome.certificate,
                certificatePath: path,
                movedAside: aside?.path,
                keysFromBackup: backup.keys.areFromBackup ? backup.keys.verifiers.map(\.encoded) : []
            )
        } catch {
            if let aside {
                try aside.putBack()
                try backup.keys.store.use(used)
            }
            throw error
        }
    }

    private func load(
        _ backup: JudgedBackup,
        _ wish: Wish,
        _ progress: StartProgress,
        _ loading: @escaping BackupProgress.Handler
    ) async throws -> BackupRestorer.Outcome {
        let restorer = try BackupRestorer(backup.chain, to: wish.point, keys: backup.keys.store)
        let logger = logger
        return try await withConnection(progress) { postgres, connection in
            try await RestoreMark.make(connection)
            _ = try await DaybookSystem.migrate(postgres, logger: logger)
            return try await restorer.restore(into: connection, known: backup.known, progress: loading)
        }
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
        let keys = KeyStore(directory: wish.keysDirectory.map { URL(fileURLWithPath: $0) } ?? directory("keys"))
        return try await judged(wish, keys) { backup in
            try await alone {
                try await checkTarget(wish, backup, progress)
                try backup.keys.adopt()
                let restorer = try BackupRestorer(backup.chain, to: wish.point, keys: keys)
                let logger = logger
                return try await withConnection(progress) { postgres, connection in
                    try await RestoreMark.make(connection)
                    _ = try await DaybookSystem.migrate(postgres, logger: logger)
                    let outcome = try await restorer.restore(into: connection, known: backup.known, progress: loading)
                    let result = try await body(postgres, connection, outcome)
                    _ = try await connection.script("set default_transaction_read_only = off")
                    try await RestoreMark.remove(connection)
                    return result
                }
            }
        }
    }

    // MARK: The backup

    private struct JudgedBackup: Sendable {
        var id: String
        var chain: BackupChain
        var keys: RestoreKeys
        var known: [Checkpoint]
    }

    /// Lends the backup that is wanted once everything about it was judged that can be before anything is touched.
    private func judged<R>(_ wish: Wish, _ store: KeyStore, _ body: (JudgedBackup) async throws -> R) async throws -> R
    {
        let storage = try configuration.backups.storage(repository)
        let trusted = try RestoreKeys.known(store, named: wish.keysDirectory)
        let id = try await backupID(wish, storage, trusted)
        return try await storage.reading(id) {
            let chain = try await BackupChain(
                id,
                in: storage,
                keys: try configuration.backups.keys(),
                verifiers: trusted?.verifiers
            )
            if let link = chain.links.first(where: { !isAcceptable($0) }) {
                throw BackupError(
                    .conflict,
                    "The backup \(link.manifest.backupID) is not encrypted, so that others than you could have written "
                        + "it; nothing was changed. If you made such backups, set DAYBOOK_BACKUP_PLAIN=on."
                )
            }
            let keys: RestoreKeys
            if let trusted { keys = trusted } else { keys = try await RestoreKeys(in: chain, for: store) }
            try BackupRestorer.check(chain, to: wish.point, verifiers: keys.verifiers)
            let known = try BackupRestorer.judge(wish.known, origin: chain.origin, keys.verifiers)
            return try await body(JudgedBackup(id: id, chain: chain, keys: keys, known: known))
        }
    }

    private func isAcceptable(_ backup: BackupReader) -> Bool {
        backup.manifest.lock != nil || configuration.backups.allowsPlain
    }

    private func backupID(_ wish: Wish, _ storage: any BackupStorage, _ keys: RestoreKeys?) async throws -> String {
        if let id = wish.backupID { return id }
        var newest: (id: String, size: Int64)?
        for backup in try await storage.backups() where backup.isFinished {
            let reader: BackupReader
            do {
                reader = try await BackupReader(backup.backupID, in: storage, keys: nil, verifiers: keys?.verifiers)
            } catch let error as BackupError where error.kind != .inaccessible {
                logger.warning(
                    "a backup is left out of account",
                    metadata: ["backupId": "\(backup.backupID)", "error": "\(error)"]
                )
                continue
            }
            if isAcceptable(reader), newest.map({ $0.size < reader.manifest.size }) ?? true {
                newest = (backup.backupID, reader.manifest.size)
            }
        }
        guard let newest else {
            throw BackupError(.notFound, "There is no finished backup in \(storage.place) that can be trusted.")
        }
        return newest.id
    }

    // MARK: The target

    private func directory(_ name: String) -> URL {
        URL(fileURLWithPath: configuration.dataDirectory).appendingPathComponent(name)
    }

    /// Does something while no server and no other restore uses the target.
    private func alone<R>(_ body: () async throws -> R) async throws -> R {
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
                throw BackupError(.conflict, "Another restore into this database is under way; nothing was changed.")
            }
            result = try await body()
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        return result
    }

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
    private func checkTarget(_ wish: Wish, _ backup: JudgedBackup, _ progress: StartProgress) async throws {
        if configuration.databaseURL == nil, !FileManager.default.fileExists(atPath: directory("postgres").path) {
            return
        }
        let chain = backup.chain
        let standing = try await withConnection(progress) { _, connection in try await RestoreMark.standing(connection)
        }
        guard standing != .foreign else {
            throw BackupError(
                .conflict,
                "There are tables of something else in this database; nothing was changed. Make an empty database, and "
                    + "restore into that."
            )
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
    }

    // MARK: Afterwards

    private func record(_ outcome: BackupRestorer.Outcome, _ progress: StartProgress) async throws {
        try await DaybookSystem.withRunning(
            configuration,
            logger: logger,
            progress: progress,
            administrator: .withoutToken,
            isRestoring: true
        ) { system, _ in
            try await system.backups.recordRestore(outcome, by: Author(id: AccessActor.operatorID))
            // A later rotation was restored away; what it retired must not go on signing.
            let inLog = Set(try await system.store.logKeys().map(\.verifier))
            if try system.store.keys.verifiers().contains(where: { !inLog.contains($0.encoded) }) {
                _ = try await system.store.rotateKey(
                    actor: AccessActor.operatorID,
                    reason: "It was retired after the moment that was restored."
                )
            }
        }
    }
}
