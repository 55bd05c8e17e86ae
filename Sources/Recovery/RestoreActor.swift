/// Who restores, and what the events are to be tied to.
package struct RestoreActor: Sendable {
    /// The actor's id.
    package var id: String
    /// The W3C trace id.
    package var correlationID: String?

    /// An actor.
    package init(id: String, correlationID: String? = nil) {
        self.id = id
        self.correlationID = correlationID
    }
}
