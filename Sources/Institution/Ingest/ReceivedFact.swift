import Events
package import JSON
package import Time

/// A fact as another system sent it, before anything of it is believed.
package struct ReceivedFact: Sendable {
    /// The system that sent it.
    package var source: String
    /// Its id there. With the source it names the fact: sent again, it is answered as the first time.
    package var id: String
    /// The type of event.
    package var type: String
    /// What it is about, if that was said.
    package var subject: String?
    /// When it happened, if that was said.
    package var time: Timestamp?
    /// The version of the schema that the data follow; the newest if that was not said.
    package var schemaVersion: Int?
    /// The branch, if that was said beside the data.
    package var branch: String?
    /// The W3C trace id that it comes with.
    package var correlationID: String?
    /// All fields, personal ones among them.
    package var data: JSONValue

    /// A fact.
    package init(
        source: String,
        id: String,
        type: String,
        subject: String? = nil,
        time: Timestamp? = nil,
        schemaVersion: Int? = nil,
        branch: String? = nil,
        correlationID: String? = nil,
        data: JSONValue
    ) {
        self.source = source
        self.id = id
        self.type = type
        self.subject = subject
        self.time = time
        self.schemaVersion = schemaVersion
        self.branch = branch
        self.correlationID = correlationID
        self.data = data
    }
}

/// Who sends facts, and what they may send.
package struct FactSender: Sendable {
    /// The user that the facts are recorded under.
    package var actor: String
    /// The trace id of facts that come without one of their own.
    package var correlationID: String?
    /// Whether the sender holds a permission in a branch.
    package var allows: @Sendable (_ permission: String, _ branch: String) -> Bool
    /// Called once it is decided what of the facts the sender may send, and nothing is recorded yet; what it throws keeps
    /// all of them out of the log.
    package var beforeRecording: @Sendable () async throws -> Void

    /// A sender.
    package init(
        actor: String,
        correlationID: String? = nil,
        allows: @escaping @Sendable (_ permission: String, _ branch: String) -> Bool,
        beforeRecording: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.actor = actor
        self.correlationID = correlationID
        self.allows = allows
        self.beforeRecording = beforeRecording
    }
}
