import Audit
import JSON

/// What became of one assignment of a role: of the roles that a user's state holds.
struct GrantDifference {
    let values: [String: Any]

    /// All assignments of a user that differ.
    static func all(in difference: AuditDifference) -> [GrantDifference] {
        let (old, new) = (grants(difference.before), grants(difference.after))
        return Set(old.keys).union(new.keys).sorted().compactMap { key in
            let (before, after) = (old[key], new[key])
            guard before != after else { return nil }
            return GrantDifference(difference, key, before, after)
        }
    }

    private struct Key: Hashable, Comparable {
        var role: String
        var branch: String

        static func < (left: Key, right: Key) -> Bool { (left.role, left.branch) < (right.role, right.branch) }
    }

    private static func grants(_ state: JSONObject?) -> [Key: JSONObject] {
        var grants: [Key: JSONObject] = [:]
        for grant in state?["roles"]?.array ?? [] {
            guard let grant = grant.object, let role = grant["roleId"]?.string, let branch = grant["branchId"]?.string
            else { continue }
            grants[Key(role: role, branch: branch)] = grant
        }
        return grants
    }

    private init(_ difference: AuditDifference, _ key: Key, _ before: JSONObject?, _ after: JSONObject?) {
        // Who gave and who took it is said by the events.
        let told = before == nil || after == nil ? ["startsAt", "expiresAt"] : ["assignedBy", "startsAt", "expiresAt"]
        let names = told.filter { before?[$0] != after?[$0] }
        // What names neither role nor branch changed them from outside, as a restore does.
        let events = difference.events.filter { entry in
            let facts = entry.changes.flatMap { try? JSONValue(parsing: $0) }?.object
            guard let role = facts?["roleId"]?.string, let branch = facts?["branchId"]?.string else {
                return entry.type.hasPrefix("recovery.")
            }
            return role == key.role && branch == key.branch
        }
        values = [
            "change": CompareFacts.change(before == nil, after == nil),
            "id": difference.id,
            "person": ConsolePaths.person(difference.id),
            "role": key.role,
            "branch": key.branch,
            "called": false,
            "members": names.map { CompareFacts.member($0, before?[$0], after?[$0]) },
        ].merging(CompareFacts.deeds(events)) { $1 }
    }
}
