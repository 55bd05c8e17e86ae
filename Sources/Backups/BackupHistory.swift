import EventStore
import Events
import Postgres
import ProjectionEngine
import Time

/// Reads of read model `backups`. An answer waits until the read model holds what was recorded before the question.
struct BackupHistory: Sendable {
    private static let deadline = Duration.seconds(20)
    private static let patience = Duration.seconds(20)

    private let store: EventStore
    private let pool: PostgresPool
    private let engine: ProjectionEngine
    private let backupsSQL: SQLFile
    private let schedulesSQL: SQLFile
    private let anythingNewSQL: SQLFile
    private let newerSQL: SQLFile
    private let keptSQL: SQLFile
    private let dependantSQL: SQLFile
    private let runningSQL: SQLFile
    private let chainSQL: SQLFile
    private let wasRemovedSQL: SQLFile
    private let previousSQL: SQLFile
    private let lastRehearsalsSQL: SQLFile

    init(store: EventStore, pool: PostgresPool, engine: ProjectionEngine) throws {
        self.store = store
        self.pool = pool
        self.engine = engine
        backupsSQL = try SQLFile("backups.sql", in: .module)
        schedulesSQL = try SQLFile("schedules.sql", in: .module)
        anythingNewSQL = try SQLFile("anything-new.sql", in: .module)
        newerSQL = try SQLFile("newer.sql", in: .module)
        keptSQL = try SQLFile("kept.sql", in: .module)
        dependantSQL = try SQLFile("dependant.sql", in: .module)
        runningSQL = try SQLFile("running.sql", in: .module)
        chainSQL = try SQLFile("chain.sql", in: .module)
        wasRemovedSQL = try SQLFile("was-removed.sql", in: .module)
        previousSQL = try SQLFile("previous.sql", in: .module)
        lastRehearsalsSQL = try SQLFile("last-rehearsals.sql", in: .module)
    }

    func backups(
        below position: Int64 = .max,
        id: String? = nil,
        in repository: String? = nil,
        onlyPresent: Bool = false,
        limit: Int64
    ) async throws -> [BackupRecord] {
        try await settle()
        let sql = backupsSQL(position, id, repository, onlyPresent, limit)
        return try Self.records(try await pool.query(sql, deadline: Self.deadline))
    }

    // Apart from what waits, for the optimizer's sake.
    @inline(never)
    private static func records(_ rows: [PostgresRow]) throws -> [BackupRecord] {
        try rows.map { try BackupRecord($0) }
    }

    /// The finished backups that are in a repository, the one with the most events first: all of them, however many, if no
    /// limit is given.
    ///
    /// - Parameters:
    ///   - id: this one alone.
    ///   - onlySound: only those of which nothing, and of what they rest on nothing, is known to be damaged there.
    func kept(
        in repository: String,
        id: String? = nil,
        onlySound: Bool = false,
        limit: Int64? = nil
    ) async throws -> [KeptBackup] {
        try await settle()
        let sql = keptSQL(repository, id, onlySound, limit)
        return try Self.kept(try await pool.query(sql, deadline: Self.deadline))
    }

    @inline(never)
    private static func kept(_ rows: [PostgresRow]) throws -> [KeptBackup] { try rows.map { try KeptBackup($0) } }

    /// The finished backup that was begun last, however many came to nothing since.
    func previous() async throws -> BackupManifest.Reference? {
        try await settle()
        guard let row = try await pool.query(previousSQL(), deadline: Self.deadline).first else { return nil }
        let (id, digest) = try row.decode((String, String).self)
        return BackupManifest.Reference(backupID: id, digest: digest)
    }

    /// When restores were rehearsed: of any backup, also of one that is gone.
    struct Rehearsals: Sendable, Hashable {
        /// When one was tried last.
        var tried: Timestamp?
        /// When one that passed was.
        var passed: Timestamp?
    }

    func lastRehearsals() async throws -> Rehearsals {
        try await settle()
        guard let row = try await pool.query(lastRehearsalsSQL(), deadline: Self.deadline).first else {
            return Rehearsals()
        }
        let (tried, passed) = try row.decode((Timestamp?, Timestamp?).self)
        return Rehearsals(tried: tried, passed: passed)
    }

    /// A backup in a repository that rests on another one.
    func dependant(of id: String, in repository: String) async throws -> String? {
        try await settle()
        let rows = try await pool.query(dependantSQL(id, repository), deadline: Self.deadline)
        return try rows.first?.decode(String.self)
    }

    /// Backups that were begun in a repository before a moment, and of which nothing else is known.
    func running(in repository: String, startedBefore moment: Timestamp) async throws -> [String] {
        try await settle()
        let rows = try await pool.query(runningSQL(repository, moment), deadline: Self.deadline)
        return try rows.map { try $0.decode(String.self) }
    }

    /// A backup and what it rests on, the full one first.
    func chain(of id: String) async throws -> [String] {
        try await settle()
        return try await pool.query(chainSQL(id), deadline: Self.deadline)
            .map { try $0.decode(String.self) }
    }

    /// Whether a backup was removed from a repository after a position.
    func wasRemoved(_ id: String, from repository: String, after position: Int64) async throws -> Bool {
        try await settle()
        let sql = wasRemovedSQL(id, repository, position)
        return try await pool.query(sql, deadline: Self.deadline).first?.decode(Bool.self) ?? false
    }

    func schedules() async throws -> [BackupSchedule] {
        try await settle()
        let restored = try await store.reader.lastRestored()
        return try Self.schedules(try await pool.query(schedulesSQL(), deadline: Self.deadline), restored)
    }

    @inline(never)
    private static func schedules(_ rows: [PostgresRow], _ restored: Int64) throws -> [BackupSchedule] {
        try rows.map { try BackupSchedule($0, restored: restored) }
    }

    func isAnythingNew(from position: Int64, size: Int64) async throws -> Bool {
        let rows = try await pool.query(anythingNewSQL(position, size), deadline: Self.deadline)
        return try rows.first?.decode(Bool.self) ?? false
    }

    func newer(from position: Int64) async throws -> [EventType: Int64] {
        let rows = try await pool.query(newerSQL(position), deadline: .seconds(300))
        var types: [EventType: Int64] = [:]
        for row in rows {
            let (type, count) = try row.decode((String, Int64).self)
            types[EventType(rawValue: type)] = count
        }
        return types
    }

    private func settle() async throws {
        let size = try await store.head().size
        do { try await engine.wait(for: "backups", toHold: size, deadline: Self.patience) } catch let error
            as ProjectionError
        {
            throw BackupError(
                .inaccessible,
                "What is known of backups is behind the log. Try again shortly.",
                detail: error.message
            )
        }
    }
}
