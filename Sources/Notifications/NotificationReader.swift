import EventStore
import Foundation
import Postgres
import ProjectionEngine
import Time

/// Reads of read model `notifications`. An answer waits until the read model holds what was recorded before the question.
struct NotificationReader: Sendable {
    private static let deadline = Duration.seconds(20)
    static let readModel = "notifications"

    let store: EventStore
    let pool: PostgresPool
    private let engine: ProjectionEngine
    private let wait: ReadModelWait
    private let inboxSQL: NotificationsSQL
    private let heldSQL: NotificationsSQL
    private let unreadSQL: NotificationsSQL
    private let preferencesSQL: NotificationsSQL
    private let devicesSQL: NotificationsSQL
    private let devicesByAddressSQL: NotificationsSQL
    private let rulesSQL: NotificationsSQL
    private let lastToldSQL: NotificationsSQL
    private let arrivedSQL: NotificationsSQL
    private let unreadCountsSQL: NotificationsSQL
    private let expiredSQL: NotificationsSQL
    private let toldSQL: NotificationsSQL
    private let toldOfSQL: NotificationsSQL
    private let foreignSQL: NotificationsSQL

    init(store: EventStore, pool: PostgresPool, engine: ProjectionEngine) throws {
        self.store = store
        self.pool = pool
        self.engine = engine
        wait = ReadModelWait(store: store, engine: engine)
        inboxSQL = try NotificationsSQL("inbox.sql")
        heldSQL = try NotificationsSQL("inbox-held.sql")
        unreadSQL = try NotificationsSQL("unread.sql")
        preferencesSQL = try NotificationsSQL("preferences.sql")
        devicesSQL = try NotificationsSQL("devices.sql")
        devicesByAddressSQL = try NotificationsSQL("devices-by-address.sql")
        rulesSQL = try NotificationsSQL("rules.sql")
        lastToldSQL = try NotificationsSQL("last-told.sql")
        arrivedSQL = try NotificationsSQL("arrived.sql")
        unreadCountsSQL = try NotificationsSQL("unread-counts.sql")
        expiredSQL = try NotificationsSQL("expired.sql")
        toldSQL = try NotificationsSQL("told.sql")
        toldOfSQL = try NotificationsSQL("told-of.sql")
        foreignSQL = try NotificationsSQL("foreign.sql")
    }

    /// A part of an inbox.
    func inbox(
        of user: String,
        _ query: InboxQuery,
        at moment: NotificationMoment,
        now: Timestamp
    ) async throws -> NotificationAnswer<[InboxItem]> {
        try await read(at: moment, now: now, Self.items) { schema, time in
            inboxSQL(
                in: schema,
                user,
                query.standing.rawValue,
                query.category,
                query.below,
                time,
                Int64(query.offset),
                Int64(query.limit)
            )
        }
    }

    @inline(never)
    private static func items(_ rows: [PostgresRow]) throws -> [InboxItem] { try rows.map(InboxItem.init) }

    /// Which of some notifications are in an inbox.
    func held(by user: String, of ids: [String]) async throws -> Set<String> {
        try await settle()
        let rows = try await pool.query(heldSQL(user, ids), deadline: Self.deadline)
        return Set(try rows.map { try $0.decode(column: 0, as: String.self) })
    }

    /// How many notifications are unread, by category.
    func unread(
        of user: String,
        at moment: NotificationMoment,
        now: Timestamp
    ) async throws -> NotificationAnswer<[String: Int64]> {
        try await read(at: moment, now: now, Self.counts) { schema, time in unreadSQL(in: schema, user, time) }
    }

    @inline(never)
    private static func counts(_ rows: [PostgresRow]) throws -> [String: Int64] {
        var counts: [String: Int64] = [:]
        for row in rows {
            counts[try row.decode(column: 0, as: String.self)] = try row.decode(column: 1, as: Int64.self)
        }
        return counts
    }

    /// What some users want; who never said so is left out.
    func preferences(
        of users: [String],
        at moment: NotificationMoment,
        now: Timestamp
    ) async throws -> NotificationAnswer<[String: NotificationPreferences]> {
        try await read(at: moment, now: now, Self.preferences) { schema, _ in preferencesSQL(in: schema, users) }
    }

    @inline(never)
    private static func preferences(_ rows: [PostgresRow]) throws -> [String: NotificationPreferences] {
        var all: [String: NotificationPreferences] = [:]
        for row in rows { all[try row.decode("user_id", as: String.self)] = try NotificationPreferences(row) }
        return all
    }

    /// The devices of some users, those that are over left out.
    func devices(of users: [String]) async throws -> [Device] {
        try await settle()
        return try Self.devices(try await pool.query(devicesSQL(users), deadline: Self.deadline))
    }

    /// The devices at an address, whoever's they are, those that are over left out.
    func devices(at digests: [String]) async throws -> [Device] {
        try await settle()
        return try Self.devices(try await pool.query(devicesByAddressSQL(digests), deadline: Self.deadline))
    }

    @inline(never)
    private static func devices(_ rows: [PostgresRow]) throws -> [Device] { try rows.map(Device.init) }

    /// The rules that were set.
    func rules() async throws -> [String: RuleSetting] {
        try await settle()
        return try Self.rules(try await pool.query(rulesSQL(), deadline: Self.deadline))
    }

    @inline(never)
    private static func rules(_ rows: [PostgresRow]) throws -> [String: RuleSetting] {
        var rules: [String: RuleSetting] = [:]
        for row in rows { rules[try row.decode("rule_id", as: String.self)] = try RuleSetting(row) }
        return rules
    }

    /// What some users want as the read model has it now; who never said so is left out.
    func knownPreferences(of users: [String]) async throws -> [String: NotificationPreferences] {
        try Self.preferences(try await pool.query(preferencesSQL(users), deadline: Self.deadline))
    }

    /// A page of what arrived.
    struct Page: Sendable {
        var items: [InboxItem] = []
        var hasMore = false
    }

    /// What arrived for each of some users from a position on, oldest first. The read model has to hold it already.
    func arrived(
        _ wanted: [(user: String, from: Int64)],
        limit: Int,
        bytes: Int,
        now: Timestamp
    ) async throws -> [Page] {
        let statement = arrivedSQL(wanted.map(\.user), wanted.map(\.from), now, Int64(limit), Int64(bytes))
        return try Self.pages(try await pool.query(statement, deadline: Self.deadline), of: wanted.count)
    }

    @inline(never)
    private static func pages(_ rows: [PostgresRow], of count: Int) throws -> [Page] {
        var pages = [Page](repeating: Page(), count: count)
        for row in rows {
            let number = Int(try row.decode("number", as: Int64.self)) - 1
            pages[number].items.append(try InboxItem(row))
            pages[number].hasMore = try row.decode("has_more", as: Bool.self)
        }
        return pages
    }

    /// Whose unread notifications expired within a time. The read model has to hold them already.
    func expired(after start: Timestamp, until end: Timestamp) async throws -> [String] {
        try await pool.query(expiredSQL(start, end), deadline: Self.deadline).map {
            try $0.decode(column: 0, as: String.self)
        }
    }

    /// Which of some messages, each to one person, correct something that its recipient was told last, by another rule, and of
    /// what happened before a position.
    func correcting(_ messages: [RuleMessage], before position: Int64) async throws -> Set<Int> {
        let statement = toldSQL(
            messages.map { $0.audience.onlyUser ?? "" },
            messages.map(\.branch),
            messages.map { $0.collapseKey ?? "" },
            messages.map(\.rule.rawValue),
            position
        )
        return Set(
            try await pool.query(statement, deadline: Self.deadline).map {
                Int(try $0.decode(column: 0, as: Int64.self))
            }
        )
    }

    /// Whom a rule told of what happened, in whichever words. The read model has to hold it already.
    func told(by rule: NotificationRule, of cause: UUID) async throws -> Set<String> {
        let rows = try await pool.query(toldOfSQL(rule.rawValue, cause), deadline: Self.deadline)
        return Set(try rows.map { try $0.decode(column: 0, as: String.self) })
    }

    /// Whether one of some notifications is none of a user's and somebody else's.
    func hasForeign(_ ids: [String], besides user: String) async throws -> Bool {
        try await settle()
        return try await pool.query(foreignSQL(user, ids), deadline: Self.deadline).first?
            .decode(column: 0, as: Bool.self) ?? false
    }

    /// How many notifications each of some users has not read; who has none is left out.
    func unread(of users: [String], now: Timestamp) async throws -> [String: Int64] {
        try Self.counts(try await pool.query(unreadCountsSQL(users, now), deadline: Self.deadline))
    }

    /// Where the event stands that a rule told something of last.
    func lastTold() async throws -> Int64? {
        try await settle()
        return try await pool.query(lastToldSQL(), deadline: Self.deadline).first?.decode(column: 0, as: Int64.self)
    }

    // MARK: Moments

    /// Reads at a moment: from the tables that serve, or from a side schema of a moment that is past.
    private func read<Value: Sendable>(
        at moment: NotificationMoment,
        now: Timestamp,
        _ decode: ([PostgresRow]) throws -> Value,
        _ statement: (_ schema: String, _ time: Timestamp) -> SQL
    ) async throws -> NotificationAnswer<Value> {
        let head = try await store.head().size
        let size: Int64
        var time = now
        switch moment {
        case .now:
            try await settle(to: head)
            let rows = try await pool.query(statement(NotificationsSQL.current, now), deadline: Self.deadline)
            return NotificationAnswer(value: try decode(rows), size: head)
        case .size(let known): size = known
        case .position(let position): size = position + 1
        case .time(let asked):
            size = try await store.reader.size(at: asked)
            time = asked
        }
        guard (0...head).contains(size) else {
            throw NotificationError(
                .noSuchMoment,
                "The log ends at position \(head - 1); ask as of that position or an earlier one."
            )
        }
        if case .time = moment {
        } else if size > 0, let last = try await store.reader.event(at: size - 1) {
            time = last.header.recordedAt
        }
        let then = time
        let rows = try await engine.withSnapshot(of: Self.readModel, at: size) { connection, schema in
            try await connection.query(statement(schema, then), deadline: Self.deadline)
        }
        return NotificationAnswer(value: try decode(rows), size: size)
    }

    /// Waits until the read model holds what was recorded.
    func settle(to size: Int64? = nil) async throws {
        try await wait(for: Self.readModel, toHold: size)
    }
}
