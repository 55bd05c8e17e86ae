package import JSON

/// What became of a thing from one moment to another, as far as somebody may see it.
package struct AuditDifference: Sendable, Hashable {
    /// The kind of thing: role, permission or user, or setting.
    package var resource: String
    /// Which of them.
    package var id: String
    /// What it was at the first moment; nil where it did not exist.
    package var before: JSONObject?
    /// What it was at the second.
    package var after: JSONObject?
    /// The events in between that made it so, newest first.
    package var events: [AuditEntry]

    /// The members that differ.
    package var changed: [String] { AuditChange.changed(before, after) }
}

/// What is different between two moments, as far as somebody may see it.
package struct AuditComparison: Sendable {
    /// How many events the log had at the first moment.
    package var before: Int64
    /// How many it had at the second.
    package var after: Int64
    /// What is different, by resource and id.
    package var differences: [AuditDifference]
    /// Whether more was changed than is compared here.
    package var isCut: Bool
    /// Restores in between: what they changed is among the differences, by their events.
    package var restores: [AuditEntry]
}
