package import EventStore

/// Who asks for a change of the cache.
package struct CacheActor: Sendable {
    package var id: String
    /// The W3C trace id that goes with the event.
    package var correlationID: String?
    /// Set where the request may come again.
    package var idempotency: IdempotencyKey?

    package init(id: String, correlationID: String? = nil, idempotency: IdempotencyKey? = nil) {
        self.id = id
        self.correlationID = correlationID
        self.idempotency = idempotency
    }
}
