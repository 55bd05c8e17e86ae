package import JSON
package import Time

/// What is asked for of the history. What is left out does not matter.
package struct AuditFilter: Sendable, Hashable {
    /// Who did it.
    package var actor: String?
    /// Whom it is about.
    package var subject: String?
    /// The type of event.
    package var type: String?
    /// What was done.
    package var action: String?
    /// The kind of thing that it was done to.
    package var resource: String?
    /// Which thing.
    package var resourceID: String?
    /// Where.
    package var branch: String?
    /// Recorded at or after.
    package var from: Timestamp?
    /// Recorded at or before.
    package var to: Timestamp?
    /// Words that occur: as a search engine takes them, with "quotes", `or` and `-`.
    package var text: String?

    /// Everything.
    package init() {}

    /// The filter as it is recorded. What was searched for may be somebody's name, so it is recorded apart.
    package var json: JSONObject {
        var json = JSONObject()
        if let actor { json["actor"] = .string(actor) }
        if let subject { json["subject"] = .string(subject) }
        if let type { json["type"] = .string(type) }
        if let action { json["action"] = .string(action) }
        if let resource { json["resource"] = .string(resource) }
        if let resourceID { json["resourceId"] = .string(resourceID) }
        if let branch { json["branchId"] = .string(branch) }
        if let from { json["from"] = .string(from.rfc3339) }
        if let to { json["to"] = .string(to.rfc3339) }
        return json
    }
}
