/// Who asks for a change, and what its events are tied to.
package struct Author: Sendable, Hashable {
    /// Who.
    package var id: String
    /// The W3C trace id that goes with the events.
    package var correlationID: String?
    /// Set where the request may come again.
    package var idempotency: IdempotencyKey?

    /// An author.
    package init(id: String, correlationID: String? = nil, idempotency: IdempotencyKey? = nil) {
        self.id = id
        self.correlationID = correlationID
        self.idempotency = idempotency
    }
}
