import Audit
import JSON

/// What the page of a comparison says, as its template has it: of each kind of thing what was added, removed and changed.
struct CompareFacts {
    /// How many lines of each kind are shown.
    private static let shown = 60

    let values: [String: Any]

    init(_ comparison: AuditComparison) {
        let differences = comparison.differences
        let users = differences.filter { $0.resource == "user" }
        let kinds: [(name: String, title: String, lines: [[String: Any]])] = [
            ("roles", "Roles", differences.filter { $0.resource == "role" }.map(Self.line)),
            ("people", "People", users.compactMap(Self.person)),
            ("grants", "Grants", users.flatMap { GrantDifference.all(in: $0).map(\.values) }),
            ("permissions", "Permissions", differences.filter { $0.resource == "permission" }.map(Self.line)),
            ("settings", "Settings", differences.filter { $0.resource == "setting" }.map(Self.line)),
        ]
        values = [
            "isCompared": true,
            "isSame": kinds.allSatisfy(\.lines.isEmpty),
            "isCut": comparison.isCut,
            "kinds": kinds.map { kind in
                let counts = ["added", "removed", "changed"].map { change in
                    ["change": change, "count": String(kind.lines.count { $0["change"] as? String == change })]
                }
                return [
                    "name": kind.name, "title": kind.title, "isEmpty": kind.lines.isEmpty, "counts": counts,
                    "lines": Array(kind.lines.prefix(Self.shown)),
                    "left": kind.lines.count > Self.shown
                        ? Figure.grouped(Int64(kind.lines.count - Self.shown)) : false,
                ] as [String: Any]
            },
            "restores": comparison.restores.map { EventLine($0).values },
            "hasRestores": !comparison.restores.isEmpty,
            "between": Figure.grouped(comparison.after - comparison.before),
        ]
    }

    /// A thing with the members that differ.
    private static func line(_ difference: AuditDifference) -> [String: Any] {
        line(
            difference.id,
            name: (difference.after ?? difference.before)?["name"]?.string,
            difference.before,
            difference.after,
            difference.changed,
            difference.events
        )
    }

    /// What became of a person beside the roles; nil where nothing did.
    private static func person(_ difference: AuditDifference) -> [String: Any]? {
        // A person is known by being registered; who was only given roles is not.
        let before = difference.before.flatMap { $0["kind"] == nil ? nil : $0 }
        let after = difference.after.flatMap { $0["kind"] == nil ? nil : $0 }
        let changed = difference.changed.filter { $0 != "roles" }
        guard !changed.isEmpty else { return nil }
        let events = difference.events.filter { $0.type.hasPrefix("identity.") }
        return line(difference.id, name: after?["name"]?.string, before, after, changed, events)
    }

    private static func line(
        _ id: String,
        name: String?,
        _ before: JSONObject?,
        _ after: JSONObject?,
        _ changed: [String],
        _ events: [AuditEntry]
    ) -> [String: Any] {
        [
            "change": change(before == nil, after == nil),
            "id": id,
            "called": name == nil || name == id ? false : name as Any,
            "members": changed.map { member($0, before?[$0], after?[$0]) },
        ].merging(deeds(events)) { $1 }
    }

    /// The events that did it, the newest ones of them.
    static func deeds(_ events: [AuditEntry]) -> [String: Any] {
        [
            "events": events.prefix(3).map { EventLine($0).values },
            "earlier": events.count > 3 ? String(events.count - 3) : false,
        ]
    }

    static func change(_ wasMissing: Bool, _ isMissing: Bool) -> String {
        wasMissing ? "added" : isMissing ? "removed" : "changed"
    }

    /// A member before and after. Of lists of names only what came and what went is told.
    static func member(_ name: String, _ before: JSONValue?, _ after: JSONValue?) -> [String: Any] {
        var (old, new) = (before.map(JSONText.words), after.map(JSONText.words))
        if before?.array != nil || after?.array != nil {
            let olds = before?.array ?? []
            let news = after?.array ?? []
            old = words(olds.filter { !news.contains($0) })
            new = words(news.filter { !olds.contains($0) })
        }
        return [
            "name": labels[name] ?? name, "old": old.map { $0 as Any } ?? false, "new": new.map { $0 as Any } ?? false,
        ]
    }

    private static let labels = [
        "permissionIds": "permissions", "deniedPermissionIds": "denies", "parentRoleIds": "inherits from",
        "branchId": "branch", "maximumHolders": "had by at most", "prerequisiteRoleIds": "takes to have",
        "templateRoleId": "made from", "startsAt": "from", "expiresAt": "until", "assignedBy": "by",
    ]

    private static func words(_ values: [JSONValue]) -> String? {
        let few = values.prefix(12).map(JSONText.words).joined(separator: ", ")
        return values.isEmpty ? nil : values.count > 12 ? "\(few) and \(values.count - 12) more" : few
    }
}
