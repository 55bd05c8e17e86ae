package import EventStore
import Events
package import Logging
import MerkleLog
package import Postgres
package import ProjectionEngine
package import Time

/// Makes backups of the log, checks them, keeps and removes them.
///
/// Every step is an event; what is known of a backup is read from read model `backups`, what is in one from its signed
/// manifest.
package final class BackupService: Sendable {
    static let stream = "backups"

    let store: EventStore
    let history: BackupHistory
    let pool: PostgresPool
    let engine: ProjectionEngine
    let productVersion: String
    let logger: Logger
    let clock: @Sendable () -> Timestamp
    let running = RunningBackups()
    let previews = OpenPreviews()
    /// The repositories, the usual one first.
    package let repositories: [any BackupStorage]
    /// The keys of backups.
    package let keys: BackupKeys
    /// Whether backups may be made without a key.
    package let allowsPlain: Bool
    let limits: BackupLimits

    /// A service over a log and the read models in the same database.
    package init(
        store: EventStore,
        pool: PostgresPool,
        engine: ProjectionEngine,
        repositories: [any BackupStorage],
        keys: BackupKeys,
        allowsPlain: Bool = false,
        limits: BackupLimits = BackupLimits(),
        productVersion: String,
        clock: @escaping @Sendable () -> Timestamp = { .now() },
        logger: Logger
    ) throws {
        self.store = store
        self.pool = pool
        self.engine = engine
        self.repositories = repositories
        self.keys = keys
        self.allowsPlain = allowsPlain
        self.limits = limits
        self.productVersion = productVersion
        self.clock = clock
        self.logger = logger
        history = try BackupHistory(store: store, pool: pool, engine: engine)
    }

    /// The repository of a name; the usual one if nil.
    package func repository(_ name: String?) throws -> any BackupStorage {
        guard let found = name == nil ? repositories.first : repositories.first(where: { $0.name == name }) else {
            let names = repositories.map(\.name).joined(separator: ", ")
            throw BackupError(
                .notFound,
                repositories.isEmpty
                    ? "No backup repository is set; see docs/backups.md."
                    : "There is no backup repository of that name; there are: \(names)."
            )
        }
        return found
    }

    // MARK: Reads

    /// What is known of backups, newest first. The plan's getBackupHistory; with `onlyPresent`, listAvailableBackups.
    package func backups(
        below position: Int64 = .max,
        in repository: String? = nil,
        onlyPresent: Bool = false,
        limit: Int64 = 100
    ) async throws -> [BackupRecord] {
        try await history.backups(below: position, in: repository, onlyPresent: onlyPresent, limit: limit)
    }

    /// What is known of a backup. The plan's getBackupStatus, getBackupDetails and getBackupSize.
    package func backup(_ id: String) async throws -> BackupRecord {
        guard let record = try await history.backups(id: id, limit: 1).first else {
            throw BackupError(.notFound, "There is no backup of that name.")
        }
        return record
    }

    /// How far a backup that is being made here is; nil where none is.
    package func progress(of id: String) -> BackupProgress? { running.progress(of: id) }

    /// Stops all that requests began here, and returns when it has ended and the log says so.
    package func endRunning() async { await running.endAll() }

    /// How much there is in a repository.
    package struct StorageStatistics: Sendable, Hashable {
        /// The repository.
        package var repository: String
        /// Where it is.
        package var place: String
        /// How many finished backups.
        package var backups: Int64
        /// How many that were not finished.
        package var unfinished: Int64
        /// How long all files are.
        package var bytes: Int64
    }

    /// How much there is in each repository, as it is found there. The plan's getBackupStorageStats.
    package func storageStatistics() async throws -> [StorageStatistics] {
        var all: [StorageStatistics] = []
        for storage in repositories {
            let stored = try await storage.backups()
            var bytes: Int64 = 0
            for backup in stored {
                if let known = backup.bytes {
                    bytes += known
                } else {
                    bytes += try await storage.files(of: backup.backupID).values.reduce(0, +)
                }
            }
            all.append(
                StorageStatistics(
                    repository: storage.name,
                    place: storage.place,
                    backups: Int64(stored.count { $0.isFinished }),
                    unfinished: Int64(stored.count { !$0.isFinished }),
                    bytes: bytes
                )
            )
        }
        return all
    }

    // MARK: Recording

    @discardableResult
    func append(_ event: some EventPayload, by author: Author) async throws -> Receipt {
        try await store.append(
            AppendRequest(
                streams: [StreamAppend(stream: Self.stream, events: [NewEvent(event)])],
                actor: author.id,
                correlationID: author.correlationID,
                idempotency: author.idempotency
            )
        )
    }

    /// What a request that comes again was answered with; nil for one that comes the first time, or has no key.
    func earlier(_ author: Author) async throws -> Receipt? {
        guard let key = author.idempotency else { return nil }
        return try await store.receipt(of: key)
    }

    /// The storage of a repository in which a backup is, as far as the log knows.
    func storage(holding record: BackupRecord, _ repository: String? = nil) throws -> any BackupStorage {
        if let repository {
            guard record.places.contains(repository) else {
                throw BackupError(.notFound, "The backup \(record.backupID) is not in the repository \(repository).")
            }
            return try self.repository(repository)
        }
        for storage in repositories where record.places.contains(storage.name) { return storage }
        throw BackupError(.notFound, "The backup \(record.backupID) is in no repository that is set here.")
    }
}
