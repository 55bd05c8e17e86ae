package import EventStore

/// Who asks for a change.
package struct MonitoringActor: Sendable {
    /// Who.
    package var id: String
    /// The W3C trace id that goes with the event.
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
