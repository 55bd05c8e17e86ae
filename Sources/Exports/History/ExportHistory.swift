import EventStore
import Postgres
import ProjectionEngine
import Time

/// Reads of read model `exports`. An answer waits until the read model holds what was recorded before the question.
struct ExportHistory: Sendable {
    private static let deadline = Duration.seconds(20)
    private static let patience = Duration.seconds(20)

    let store: EventStore
    let pool: PostgresPool
    let engine: ProjectionEngine
    private let exportsSQL: SQLFile
    private let dueSQL: SQLFile
    private let shareSQL: SQLFile
    private let expiredSQL: SQLFile
    private let erasedSQL: SQLFile
    private let startedSQL: SQLFile
    private let batchSQL: SQLFile
    private let keptSQL: SQLFile
    private let schedulesSQL: SQLFile
    private let mailDueSQL: SQLFile
    private let mailingsSQL: SQLFile
    private let senderSQL: SQLFile

    init(store: EventStore, pool: PostgresPool, engine: ProjectionEngine) throws {
        self.store = store
        self.pool = pool
        self.engine = engine
        exportsSQL = try SQLFile("exports.sql", in: .module)
        dueSQL = try SQLFile("due.sql", in: .module)
        shareSQL = try SQLFile("share.sql", in: .module)
        expiredSQL = try SQLFile("expired.sql", in: .module)
        erasedSQL = try SQLFile("erased.sql", in: .module)
        startedSQL = try SQLFile("started.sql", in: .module)
        batchSQL = try SQLFile("batch.sql", in: .module)
        keptSQL = try SQLFile("kept.sql", in: .module)
        schedulesSQL = try SQLFile("schedules.sql", in: .module)
        mailDueSQL = try SQLFile("mail-due.sql", in: .module)
        mailingsSQL = try SQLFile("mailings.sql", in: .module)
        senderSQL = try SQLFile("mailing-sender.sql", in: .module)
    }

    /// Who may see what of the history of others.
    struct Sight: Sendable {
        /// Sees their own.
        var owner: String?
        /// Sees those of these branches; of all if `owner` is nil too.
        var branches: [String]?

        static let all = Sight()
    }

    func exports(
        below position: Int64 = .max,
        id: String? = nil,
        owner: String? = nil,
        sight: Sight = .all,
        batch: String? = nil,
        digest: String? = nil,
        limit: Int64
    ) async throws -> [ExportRecord] {
        try await settle()
        let sql = exportsSQL(position, id, owner, sight.owner, sight.branches, batch, digest, limit)
        return try Self.records(try await pool.query(sql, deadline: Self.deadline))
    }

    // Apart from what waits, for the optimizer's sake.
    @inline(never)
    private static func records(_ rows: [PostgresRow]) throws -> [ExportRecord] {
        try rows.map { try ExportRecord($0) }
    }

    func export(_ id: String) async throws -> ExportRecord? { try await exports(id: id, limit: 1).first }

    /// What can be made now; what the read model holds is good enough, since whoever makes one looks again.
    func due(at now: Timestamp, limit: Int64) async throws -> [String] {
        try await pool.query(dueSQL(now, limit), deadline: Self.deadline).map { try $0.decode(String.self) }
    }

    /// How many exports of somebody wait or are being made, and how many bytes of files are kept for them.
    func share(of owner: String) async throws -> (open: Int64, bytes: Int64) {
        try await settle()
        let row = try await pool.query(shareSQL(owner), deadline: Self.deadline).first
        return try row?.decode((Int64, Int64).self) ?? (0, 0)
    }

    func expired(at now: Timestamp, completedBefore: Timestamp?, limit: Int64) async throws -> [ExportRecord] {
        try await settle()
        return try Self.records(
            try await pool.query(expiredSQL(now, completedBefore, limit), deadline: Self.deadline)
        )
    }

    /// Files that hold personal text, of which some was erased at a position after they were made.
    func erased(by position: Int64, limit: Int64) async throws -> [ExportRecord] {
        try await settle()
        return try Self.records(try await pool.query(erasedSQL(position, limit), deadline: Self.deadline))
    }

    /// Of some exports those that are not removed: their attempt and how they stand.
    func kept(_ ids: [String]) async throws -> [String: (attempt: Int64, state: ExportRecord.State)] {
        try await settle()
        var kept: [String: (attempt: Int64, state: ExportRecord.State)] = [:]
        for row in try await pool.query(keptSQL(ids), deadline: Self.deadline) {
            let (id, attempt, state) = try row.decode((String, Int64, String).self)
            kept[id] = (attempt, ExportRecord.State(rawValue: state) ?? .failed)
        }
        return kept
    }

    func batch(_ id: String) async throws -> ExportBatch? {
        try await settle()
        guard let row = try await pool.query(batchSQL(id), deadline: Self.deadline).first else { return nil }
        return try ExportBatch(id, row)
    }

    func schedules(id: String? = nil, sight: Sight = .all) async throws -> [ExportSchedule] {
        try await settle()
        let restored = try await store.reader.lastRestored()
        return try Self.schedules(
            try await pool.query(schedulesSQL(sight.owner, sight.branches, id), deadline: Self.deadline),
            restored
        )
    }

    @inline(never)
    private static func schedules(_ rows: [PostgresRow], _ restored: Int64) throws -> [ExportSchedule] {
        try rows.map { try ExportSchedule($0, restored: restored) }
    }

    /// Where it stands that an export was begun last: what was erased before that is not in its file.
    func begun(_ export: String) async throws -> Int64? {
        try await pool.query(startedSQL(ExportService.Stream.export(export)), deadline: Self.deadline).first?
            .decode(Int64?.self)
    }

    func mailDue(at now: Timestamp, limit: Int64) async throws -> [DueMail] {
        try await settle()
        return try await pool.query(mailDueSQL(now, limit), deadline: Self.deadline).map { try DueMail($0) }
    }

    func mailings(of export: String) async throws -> [ExportMailing] {
        try await settle()
        return try await pool.query(mailingsSQL(export), deadline: Self.deadline).map { try ExportMailing($0) }
    }

    /// Who had a mailing of an export sent, with which roles, and where that stands in the log; nil where it was withdrawn.
    func sender(
        of mailing: String,
        _ export: String
    ) async throws -> (id: String, roles: [String]?, askedPosition: Int64)? {
        try await settle()
        return try await pool.query(senderSQL(mailing, export), deadline: Self.deadline).first?
            .decode((String, [String]?, Int64).self)
    }

    /// Waits until the read model holds what is recorded now.
    func settle() async throws { try await hold(store.head().size, in: ["exports"]) }

    /// Waits until read models hold the first events of the log.
    func hold(_ size: Int64, in names: [String]) async throws {
        do {
            for name in names { try await engine.wait(for: name, toHold: size, deadline: Self.patience) }
        } catch let error as ProjectionError {
            throw ExportError(.unavailable, error.message)
        }
    }
}
