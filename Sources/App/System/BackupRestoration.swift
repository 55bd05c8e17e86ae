import Access
package import Backups
import EventStore
import Events
import Files
import Foundation
package import Logging
package import MerkleLog
import Postgres

/// A restore of a backup to where there is no log yet: a new data directory, or an empty database.
///
/// Whatever can be refused is refused before anything is touched. The log is loaded in one transaction, so that a restore
/// that was broken off can be begun again. Afterwards the read models are made, and the restore is recorded.
package struct BackupRestoration: Sendable {
    let configuration: DaybookConfiguration
    let repository: String?
    let logger: Logger
    /// How much is free at a path; nil where nobody can say.
    var freeSpace: @Sendable (String) -> Int64? = { FreeSpace.bytes(at: $0) }

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
        /// Backups that say that they are newer, and that could not be trusted or read: each with why.
        package var leftOut: [String]
        /// What is said of backups in the repository that another was put in the place of.
        package var replaced: [String]
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
        let makesRoom = try await checkTarget(wish, backup, progress)
        let change = try DirectoryChange(configuration, backup.keys, makesRoom: makesRoom)
        let restored = try await restore(backup, wish, change, progress, loading)
        // What fails from here on undoes nothing: the log is there, and marked until the restore is run again.
        try change.finish()
        try await withConnection(progress) { _, connection in try await RestoreMark.remove(connection) }
        return Outcome(
            certificate: restored.certificate,
            certificatePath: certificate(of: backup).path,
            movedAside: change.movedAside,
            keysFromBackup: backup.keys.areFromBackup ? backup.keys.verifiers.map(\.encoded) : [],
            leftOut: backup.leftOut,
            replaced: backup.replaced
        )
    }

    /// Until it is recorded: what fails up to there is undone.
    private func restore(
        _ backup: JudgedBackup,
        _ wish: Wish,
        _ change: DirectoryChange,
        _ progress: StartProgress,
        _ loading: @escaping BackupProgress.Handler
    ) async throws -> BackupRestorer.Outcome {
        var isCertified = false
        do {
            let outcome = try await load(backup, wish, progress, loading)
            let certificate = certificate(of: backup)
            try Data(outcome.note.utf8).write(to: certificate, options: .atomic)
            isCertified = true
            try backup.keys.store.use(outcome.keyID)
            try await record(outcome, progress)
            return outcome
        } catch {
            if isCertified { try? FileManager.default.removeItem(at: certificate(of: backup)) }
            try change.undo()
            throw error
        }
    }

    private func certificate(of backup: JudgedBackup) -> URL { directory("restore-certificate-\(backup.id).note") }

    private func load(
        _ backup: JudgedBackup,
        _ wish: Wish,
        _ progress: StartProgress,
        _ loading: @escaping BackupProgress.Handler
    ) async throws -> BackupRestorer.Outcome {
        try await withConnection(progress) { postgres, connection in
            try await load(backup, wish, backup.keys.store, postgres, connection, loading)
        }
    }

    private func load(
        _ backup: JudgedBackup,
        _ wish: Wish,
        _ keys: KeyStore,
        _ postgres: PostgresConfiguration,
        _ connection: PostgresConnection,
        _ loading: @escaping BackupProgress.Handler
    ) async throws -> BackupRestorer.Outcome {
        let restorer = try BackupRestorer(backup.chain, to: wish.point, keys: keys)
        try await RestoreMark.make(connection)
        _ = try await DaybookSystem.migrate(postgres, logger: logger)
        return try await restorer.restore(
            into: connection,
            known: backup.known,
            others: backup.others,
            progress: loading
        )
    }

    /// Restores without making a Daybook of it: the log is there for as long as the body takes, marked as one that is under
    /// way, and no key is stored. What the body leaves stays; where it fails, nothing does.
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
                _ = try await checkTarget(wish, backup, progress)
                return try await withConnection(progress) { postgres, connection in
                    do {
                        let loaded = try await load(
                            backup,
                            wish,
                            backup.keys.signing,
                            postgres,
                            connection,
                            loading
                        )
                        let result = try await body(postgres, connection, loaded)
                        try await RestoreMark.remove(connection)
                        return result
                    } catch {
                        // In a task of its own: nothing is left also where it was cancelled.
                        await Task { await clear(postgres) }.value
                        throw error
                    }
                }
            }
        }
    }

    /// Drops what was loaded, on another connection: the one before may be what failed.
    private func clear(_ postgres: PostgresConfiguration) async {
        do {
            try await PostgresConnection.withConnection(postgres, logger: logger) { connection in
                _ = try await connection.script("set default_transaction_read_only = off")
                try await RestoreMark.clear(connection)
            }
        } catch {
            logger.error(
                "what was restored is still in the database; drop it, or restore into it again",
                metadata: ["error": "\(error)"]
            )
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
