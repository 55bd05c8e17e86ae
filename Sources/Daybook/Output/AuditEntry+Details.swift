import Audit
import JSON

extension AuditEntry {
    /// To what it was done, unless that is the person whom the line names anyway; and what was recorded of it.
    var what: String {
        var parts: [String] = []
        if resourceID == nil || resourceID != subject { parts.append(resource) }
        if let resourceID, resourceID != subject { parts.append(resourceID) }
        parts += details.map { "\($0)=\($1)" }
        return parts.joined(separator: " ")
    }

    /// The members of what was recorded that say more than the rest of the line, in short.
    private var details: [(String, String)] {
        guard let changes, case .object(let object)? = try? JSONValue(parsing: changes) else { return [] }
        let said = Set([subject, branchID, resourceID].compactMap { $0 })
        return object.members.compactMap { member in
            if member.name == "digest" { return nil }
            var text: String
            switch member.value {
            case .string(let value): text = value
            case .bool, .number: text = Self.text(member.value)
            case .null: return nil
            case .array(let values): text = "[\(values.count)]"
            case .object: text = Self.text(member.value)
            }
            if said.contains(text) { return nil }
            if text.count > 60 { text = "\(text.prefix(59))…" }
            return (member.name, text)
        }
    }

    private static func text(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return writer.text
    }
}
