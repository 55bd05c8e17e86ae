import EventStore
import Events
import JSON
import Postgres
import Time

/// What deliveries read of the read models, and how they record what became of them.
struct DeliveryStore: Sendable {
    private static let deadline = Duration.seconds(20)
    /// How many deliveries one event holds.
    static let entries = 1_000
    /// What changes for whom something is held, and until when.
    private static let preferences: Set<EventType> = [
        Notifications.PreferencesSet.type, Notifications.Muted.type, Notifications.Unmuted.type,
    ]

    let store: EventStore
    let pool: PostgresPool
    private let undecidedSQL: NotificationsSQL
    private let recipientsSQL: NotificationsSQL
    private let dueSQL: NotificationsSQL
    private let heldSQL: NotificationsSQL
    private let deliveriesSQL: NotificationsSQL
    private let headSQL: NotificationsSQL
    private let countsSQL: NotificationsSQL
    private let recordsSQL: NotificationsSQL
    private let deadSQL: NotificationsSQL
    private let receivableSQL: NotificationsSQL

    init(store: EventStore, pool: PostgresPool) throws {
        self.store = store
        self.pool = pool
        undecidedSQL = try NotificationsSQL("undecided.sql")
        recipientsSQL = try NotificationsSQL("part-recipients.sql")
        dueSQL = try NotificationsSQL("due.sql")
        heldSQL = try NotificationsSQL("held.sql")
        deliveriesSQL = try NotificationsSQL("deliveries.sql")
        headSQL = try NotificationsSQL("delivery-head.sql")
        countsSQL = try NotificationsSQL("delivery-counts.sql")
        recordsSQL = try NotificationsSQL("delivery-records.sql")
        deadSQL = try NotificationsSQL("dead.sql")
        receivableSQL = try NotificationsSQL("receivable.sql")
    }

    /// A part of a notification's recipients of which it is not decided by which ways they are told.
    struct Part: Sendable {
        var notificationID: String
        var part: Int64
        var position: Int64
        var plan: DeliveryPlan
    }

    func undecided(limit: Int, besides positions: [Int64] = []) async throws -> [Part] {
        try Self.parts(try await pool.query(undecidedSQL(Int64(limit), positions), deadline: Self.deadline))
    }

    @inline(never)
    private static func parts(_ rows: [PostgresRow]) throws -> [Part] {
        try rows.map { row in
            Part(
                notificationID: try row.decode("notification_id", as: String.self),
                part: try row.decode("part", as: Int64.self),
                position: try row.decode("position", as: Int64.self),
                plan: try DeliveryPlan(row)
            )
        }
    }

    /// The recipients of a part, and the e-mail address of each.
    func recipients(of part: Part) async throws -> [(user: String, email: String?)] {
        let rows = try await pool.query(recipientsSQL(part.notificationID, part.position), deadline: Self.deadline)
        return try rows.map { row in
            (try row.decode(column: 0, as: String.self), try row.decode(column: 1, as: String?.self))
        }
    }

    /// What is to be sent by a way now, but for what somebody has in hand: what matters most first, and what goes out
    /// together whole.
    func due(
        by channel: DeliveryChannel,
        at now: Timestamp,
        limit: Int,
        besides inHand: Set<DeliveryKey> = []
    ) async throws -> [DueDelivery] {
        let statement = dueSQL(channel.rawValue, now, Int64(limit + inHand.count))
        let keys = try Self.keys(try await pool.query(statement, deadline: Self.deadline))
        return try await deliveries(keys.filter { !inHand.contains($0) }, by: channel)
    }

    /// What was held back until now, all of a person together, as far as it goes out together.
    func held(by channel: DeliveryChannel, at now: Timestamp, people: Int) async throws -> [DueDelivery] {
        let statement = heldSQL(
            channel.rawValue,
            now,
            Int64(people),
            Int64(DeliveryBundle.most),
            Int64(DeliveryBundle.bytes)
        )
        return try await deliveries(
            try Self.keys(try await pool.query(statement, deadline: Self.deadline)),
            by: channel
        )
    }

    private func deliveries(_ keys: [DeliveryKey], by channel: DeliveryChannel) async throws -> [DueDelivery] {
        guard !keys.isEmpty else { return [] }
        let statement = deliveriesSQL(
            channel.rawValue,
            keys.map(\.notificationID),
            keys.map(\.userID),
            keys.map { $0.deviceID ?? "" }
        )
        return try Self.due(try await pool.query(statement, deadline: Self.deadline))
    }

    @inline(never)
    private static func due(_ rows: [PostgresRow]) throws -> [DueDelivery] { try rows.map(DueDelivery.init) }

    @inline(never)
    private static func keys(_ rows: [PostgresRow]) throws -> [DeliveryKey] {
        try rows.map { row in
            let device = try row.decode(column: 2, as: String.self)
            return DeliveryKey(
                notificationID: try row.decode(column: 0, as: String.self),
                userID: try row.decode(column: 1, as: String.self),
                deviceID: device.isEmpty ? nil : device
            )
        }
    }

    /// Which of some notifications went to a user by a way, or are on it.
    func receivable(_ ids: [String], by user: String, _ channel: DeliveryChannel, device: String?) async throws
        -> Set<String>
    {
        let statement = receivableSQL(user, channel.rawValue, device ?? "", ids)
        return Set(
            try await pool.query(statement, deadline: Self.deadline).map { try $0.decode(column: 0, as: String.self) }
        )
    }

    /// What was given up.
    func dead(
        of notification: String?,
        in branches: [String]?,
        limit: Int
    ) async throws -> [DeliveryEntry] {
        let rows = try await pool.query(deadSQL(notification, branches, Int64(limit)), deadline: Self.deadline)
        return try rows.map { row in
            let device = try row.decode("device_id", as: String.self)
            return DeliveryEntry(
                notificationID: try row.decode("notification_id", as: String.self),
                userID: try row.decode("user_id", as: String.self),
                channel: DeliveryChannel(rawValue: try row.decode("channel", as: String.self)) ?? .inApp,
                deviceID: device.isEmpty ? nil : device,
                outcome: .due,
                attempt: 0,
                reason: .retryRequested
            )
        }
    }

    /// How a notification stands as a whole; nil where there is none.
    func status(of notification: String) async throws -> DeliveryStatus? {
        guard let head = try await pool.query(headSQL(notification), deadline: Self.deadline).first else { return nil }
        let counts = try await pool.query(countsSQL(notification), deadline: Self.deadline).map { row in
            DeliveryStatus.Count(
                channel: try row.decode("channel", as: String.self),
                state: try row.decode("state", as: String.self),
                count: try row.decode("count", as: Int64.self),
                received: try row.decode("received", as: Int64.self)
            )
        }
        return DeliveryStatus(
            notificationID: notification,
            branchID: try head.decode("branch_id", as: String.self),
            sender: try head.decode("sender", as: String.self),
            recipients: try head.decode("recipients", as: Int64.self),
            read: try head.decode("read", as: Int64.self),
            undecided: try head.decode("undecided", as: Int64.self),
            counts: counts
        )
    }

    /// How a notification stands on its ways, by recipient.
    func records(
        of notification: String,
        user: String?,
        after: String,
        limit: Int
    ) async throws -> [DeliveryRecord] {
        try await pool.query(recordsSQL(notification, user, after, Int64(limit)), deadline: Self.deadline)
            .map(DeliveryRecord.init)
    }

    // MARK: Recording

    /// Records what was decided of a part: once, whoever is first.
    ///
    /// - Parameter size: how many events the preferences take in that it was decided by; nil where it is recorded whatever came
    ///   since. What is held longer than they want now would stay held.
    /// - Throws: `AppendError.Code.conditionFailed` where something is held for what somebody has changed since.
    func record(_ entries: [DeliveryEntry], deciding part: Part, byPreferencesAt size: Int64? = nil) async throws {
        var events = Self.events(entries)
        guard !events.isEmpty else { return }
        events[0].notificationID = part.notificationID
        events[0].part = part.part
        let stream = NotificationStream.deliveries(part.notificationID, part: part.part)
        var request = AppendRequest(
            streams: [StreamAppend(stream: stream, expected: .none, events: events.map { NewEvent($0) })],
            actor: "system"
        )
        if let size, entries.contains(where: { $0.outcome == .held }) {
            request.conditions = [.noneSince(size: size, types: Self.preferences)]
        }
        do {
            _ = try await store.append(request)
        } catch let error as AppendError {
            // Another replica was first.
            guard case .versionConflict = error.code else { throw error }
        }
    }

    /// Records what became of deliveries.
    ///
    /// - Parameter devices: those that turned out to be gone.
    func record(
        _ entries: [DeliveryEntry],
        gone devices: [GoneDevice] = [],
        by actor: Author = Author(id: "system")
    ) async throws -> Receipt? {
        var streams: [StreamAppend] = []
        let events = Self.events(entries).map { NewEvent($0) }
        if !events.isEmpty { streams.append(StreamAppend(stream: NotificationStream.attempts, events: events)) }
        for (user, ended) in Dictionary(grouping: Set(devices), by: \.userID).sorted(by: { $0.key < $1.key }) {
            let events = ended.sorted { $0.id < $1.id }.map {
                NewEvent(
                    Notifications.DeviceEnded(
                        deviceID: $0.id,
                        userID: user,
                        reason: .gone,
                        registration: $0.registration
                    )
                )
            }
            streams.append(StreamAppend(stream: NotificationStream.settings(user), events: events))
        }
        guard !streams.isEmpty else { return nil }
        return try await store.append(
            AppendRequest(
                streams: streams,
                actor: actor.id,
                correlationID: actor.correlationID,
                idempotency: actor.idempotency
            )
        )
    }

    private static func events(_ entries: [DeliveryEntry]) -> [Notifications.DeliveriesRecorded] {
        Dictionary(grouping: entries, by: \.channel).sorted { $0.key.rawValue < $1.key.rawValue }
            .flatMap { channel, entries in
                stride(from: 0, to: entries.count, by: Self.entries).map { first in
                    Notifications.DeliveriesRecorded(
                        channel: channel,
                        entries: entries[first..<min(first + Self.entries, entries.count)].map(\.recorded)
                    )
                }
            }
    }
}

extension DeliveryPlan {
    init(_ row: PostgresRow) throws {
        self.init(
            NotificationCategory(rawValue: try row.decode("category", as: String.self)) ?? .announcement,
            Notifications.Sent.Priority(rawValue: try row.decode("priority", as: String.self)) ?? .normal,
            expiresAt: try row.decode("expires_at", as: Timestamp?.self)
        )
    }
}
