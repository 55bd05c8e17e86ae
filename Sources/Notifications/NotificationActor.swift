package import EventStore

/// On whose behalf something is sent or changed, and what its events are tied to.
package struct NotificationActor: Sendable {
    /// Who.
    package var id: String
    /// The W3C trace id that goes with the events.
    package var correlationID: String?
    /// Set where the request may come again.
    package var idempotency: IdempotencyKey?

    /// An actor.
    package init(id: String, correlationID: String? = nil, idempotency: IdempotencyKey? = nil) {
        self.id = id
        self.correlationID = correlationID
        self.idempotency = idempotency
    }
}
