package import EventStore
import Events
package import Logging
package import Postgres
package import ProjectionEngine
package import Time

/// Tells people things: sends, keeps inboxes, knows what people want and by which ways they are told.
///
/// Every notification, what its recipients do with it, and what becomes of it on its ways are events; inboxes,
/// preferences and deliveries are read from read model `notifications`.
package final class NotificationService: Sendable {
    let store: EventStore
    let audiences: AudienceReader
    let reader: NotificationReader
    let names: RuleNames
    let fees: OwedFees
    let seal: AddressSeal
    let digests: AddressDigests
    let deliveries: DeliveryStore
    let channels: [any DeliverySender]
    /// Tells connected programs what changes.
    package let hub: InboxHub
    let missed: InboxCatchUp
    let clock: @Sendable () -> Timestamp
    let logger: Logger

    /// A service over a log and the read models in the same database.
    ///
    /// - Parameter channels: the ways that the institution has connected, beside the inbox: one each.
    package init(
        store: EventStore,
        pool: PostgresPool,
        engine: ProjectionEngine,
        channels: [any DeliverySender] = [],
        clock: @escaping @Sendable () -> Timestamp = { .now() },
        logger: Logger
    ) throws {
        self.store = store
        self.clock = clock
        self.logger = logger
        audiences = try AudienceReader(store: store, pool: pool, engine: engine)
        reader = try NotificationReader(store: store, pool: pool, engine: engine)
        names = try RuleNames(pool: pool, wait: ReadModelWait(store: store, engine: engine))
        fees = try OwedFees(pool: pool, wait: ReadModelWait(store: store, engine: engine))
        seal = AddressSeal(keys: store.keys)
        digests = AddressDigests(keys: store.keys)
        deliveries = try DeliveryStore(store: store, pool: pool)
        self.channels = channels
        let wishes = InboxWishes()
        hub = InboxHub(store: store, reader: reader, wishes: wishes, clock: clock, logger: logger)
        missed = InboxCatchUp(store: store, reader: reader, wanted: wishes, clock: clock)
    }

    /// Appends events to one stream.
    func append(
        _ events: [any EventPayload],
        to stream: String,
        branch: String? = nil,
        by actor: Author
    ) async throws -> Receipt {
        try await store.append(
            AppendRequest(
                streams: [
                    StreamAppend(
                        stream: stream,
                        events: events.map { NewEvent($0, branch: $0.branch ?? branch) }
                    )
                ],
                actor: actor.id,
                correlationID: actor.correlationID,
                idempotency: actor.idempotency
            )
        )
    }
}

/// The streams of this service.
enum NotificationStream {
    static func notification(_ id: String) -> String { "notification-\(id)" }
    static func inbox(_ user: String) -> String { "inbox-\(user)" }
    static func settings(_ user: String) -> String { "notification-settings-\(user)" }
    static func deliveries(_ id: String, part: Int64) -> String { "deliveries-\(id)-\(part)" }
    static func untold(_ id: String) -> String { "untold-\(id)" }
    static let attempts = "delivery-attempts"
    static let rules = "notification-rules"
}
