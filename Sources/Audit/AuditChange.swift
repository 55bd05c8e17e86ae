package import JSON

/// A line of the trail of one thing: what was done, and what the thing was before and after.
package struct AuditChange: Sendable, Hashable {
    /// The line of the audit log.
    package var entry: AuditEntry
    /// What the thing was right before the event; nil where it did not exist, or Daybook does not keep it.
    package var before: JSONObject?
    /// What it was right after the event.
    package var after: JSONObject?

    /// The members that differ, in the order of the members before, then of those that came.
    package var changed: [String] { Self.changed(before, after) }

    /// The members in which one state differs from another.
    static func changed(_ before: JSONObject?, _ after: JSONObject?) -> [String] {
        let names = (before?.members ?? []).map(\.name)
        let others = (after?.members ?? []).map(\.name).filter { before?[$0] == nil }
        return (names + others).filter { before?[$0] != after?[$0] }
    }

    /// A line with the states around it.
    init(_ entry: AuditEntry, before: JSONObject?, after: JSONObject?) {
        self.entry = entry
        self.before = before
        self.after = after
    }

    /// A line about a thing of another system. What that reported as `{"field": {"before": …, "after": …}}` is told
    /// as the states that it means.
    init(reported entry: AuditEntry) {
        self.entry = entry
        guard entry.changesArePersonal, let text = entry.changes,
            case .object(let changes)? = try? JSONValue(parsing: text), !changes.members.isEmpty
        else { return }
        var before = JSONObject()
        var after = JSONObject()
        for member in changes.members {
            guard case .object(let change) = member.value,
                change.members.allSatisfy({ $0.name == "before" || $0.name == "after" }), !change.members.isEmpty
            else { return }
            if let value = change["before"] { before[member.name] = value }
            if let value = change["after"] { after[member.name] = value }
        }
        self.before = before
        self.after = after
    }
}
