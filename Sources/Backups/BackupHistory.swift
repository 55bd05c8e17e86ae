import EventStore
import Events
import Foundation
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
    private let backupsSQL: String
    private let schedulesSQL: String
    private let anythingNewSQL: String
    private let newerSQL: String
    private let keptSQL: String
    private let dependantSQL: String
    private let runningSQL: String
    private let chainSQL: String
    private let wasRemovedSQL: String
    private let restoredAtSQL: String

    init(store: EventStore, pool: PostgresPool, engine: ProjectionEngine) throws {
        self.store = store
        self.pool = pool
        self.engine = engine
        func text(_ name: String) throws -> String {
            let file = Bundle.module.bundleURL.appendingPathComponent("SQL").appendingPathComponent(name)
            return try String(contentsOf: file, encoding: .utf8)
        }
        backupsSQL = try text("backups.sql")
        schedulesSQL = try text("schedules.sql")
        anythingNewSQL = try text("anything-new.sql")
        newerSQL = try text("newer.sql")
        keptSQL = try text("kept.sql")
        dependantSQL = try text("dependant.sql")
        runningSQL = try text("running.sql")
        chainSQL = try text("chain.sql")
        wasRemovedSQL = try text("was-removed.sql")
        restoredAtSQL = try text("restored-at.sql")
    }

    func backups(
        below position: Int64 = .max,
        id: String? = nil,
        in repository: String? = nil,
        onlyPresent: Bool = false,
        limit: Int64
    ) async throws -> [BackupRecord] {
        try await settle()
        let sql = SQL(unescaped: backupsSQL, position, id, repository, onlyPresent, limit)
        return try Self.records(try await pool.query(sql, deadline: Self.deadline))
    }

    // Apart from what waits, for the optimizer's sake.
    @inline(never)
    private static func records(_ rows: [PostgresRow]) throws -> [BackupRecord] {
        try rows.map { try BackupRecord($0) }
    }

    /// The finished backups that are in a repository: all of them, however many.
    func kept(in repository: String) async throws -> [KeptBackup] {
        try await settle()
        return try Self.kept(try await pool.query(SQL(unescaped: keptSQL, repository), deadline: Self.deadline))
    }

    @inline(never)
    private static func kept(_ rows: [PostgresRow]) throws -> [KeptBackup] { try rows.map { try KeptBackup($0) } }

    /// A backup in a repository that rests on another one.
    func dependant(of id: String, in repository: String) async throws -> String? {
        try await settle()
        let rows = try await pool.query(SQL(unescaped: dependantSQL, id, repository), deadline: Self.deadline)
        return try rows.first?.decode(String.self)
    }

    /// Backups that were begun in a repository before a moment, and of which nothing else is known.
    func running(in repository: String, startedBefore moment: Timestamp) async throws -> [String] {
        try await settle()
        let rows = try await pool.query(SQL(unescaped: runningSQL, repository, moment), deadline: Self.deadline)
        return try rows.map { try $0.decode(String.self) }
    }

    /// A backup and what it rests on, the full one first.
    func chain(of id: String) async throws -> [String] {
        try await settle()
        return try await pool.query(SQL(unescaped: chainSQL, id), deadline: Self.deadline)
            .map { try $0.decode(String.self) }
    }

    /// Whether a backup was removed from a repository after a position.
    func wasRemoved(_ id: String, from repository: String, after position: Int64) async throws -> Bool {
        try await settle()
        let sql = SQL(unescaped: wasRemovedSQL, id, repository, position)
        return try await pool.query(sql, deadline: Self.deadline).first?.decode(Bool.self) ?? false
    }

    /// Where it was last recorded that this log was restored. What it decided before may be another log's to carry out.
    func restoredAt() async throws -> Int64 {
        try await pool.query(SQL(unescaped: restoredAtSQL), deadline: Self.deadline).first?.decode(Int64.self) ?? -1
    }

    func schedules() async throws -> [BackupSchedule] {
        try await settle()
        return try Self.schedules(try await pool.query(SQL(unescaped: schedulesSQL), deadline: Self.deadline))
    }

    @inline(never)
    private static func schedules(_ rows: [PostgresRow]) throws -> [BackupSchedule] {
        try rows.map { try BackupSchedule($0) }
    }

    func isAnythingNew(from position: Int64, size: Int64) async throws -> Bool {
        let rows = try await pool.query(SQL(unescaped: anythingNewSQL, position, size), deadline: Self.deadline)
        return try rows.first?.decode(Bool.self) ?? false
    }

    func newer(from position: Int64) async throws -> [EventType: Int64] {
        let rows = try await pool.query(SQL(unescaped: newerSQL, position), deadline: .seconds(300))
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
