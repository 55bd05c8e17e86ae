/// Who reads the history, and what is recorded of that.
package struct AuditReader: Sendable {
    /// Who reads.
    package var actor: String
    /// The W3C trace id that goes with the event.
    package var correlationID: String?
    /// From where.
    package var ipAddress: String?
    /// With what.
    package var userAgent: String?
    /// What the reader may see.
    package var sight: AuditSight

    /// A reader.
    package init(
        actor: String,
        correlationID: String? = nil,
        ipAddress: String? = nil,
        userAgent: String? = nil,
        sight: AuditSight
    ) {
        self.actor = actor
        self.correlationID = correlationID
        self.ipAddress = ipAddress
        self.userAgent = userAgent
        self.sight = sight
    }
}
