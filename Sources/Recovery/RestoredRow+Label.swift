import JSON

extension RestoredRow {
    /// A thing in words, from the names that its facts hold and else from its ids.
    static func label(_ thing: String, key: JSONObject, facts: JSONObject) -> String {
        func text(_ name: String) -> String? {
            guard case .string(let text)? = facts[name] ?? key[name] else { return nil }
            return text
        }
        func named(_ name: String, _ id: String) -> String {
            text(name).map { "“\($0)”" } ?? text(id) ?? "?"
        }
        switch thing {
        case "permission": return "permission \(named("name", "permissionId"))"
        case "role": return "role \(named("name", "roleId")) of \(text("branchId") ?? "?")"
        case "role-permission":
            return "\(named("permissionName", "permissionId")) in role \(named("roleName", "roleId"))"
        case "user-role":
            return "\(text("userId") ?? "?") as \(named("roleName", "roleId")) in \(text("branchId") ?? "?")"
        default:
            let ids = key.members.compactMap { member -> String? in
                if case .string(let text) = member.value { text } else { nil }
            }
            return "\(thing) \(ids.joined(separator: " "))"
        }
    }
}
