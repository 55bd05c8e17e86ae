import JSON

/// JSON as people read it.
enum JSONText {
    /// A value in a cell of a table: a text without quotes, all else as JSON.
    static func words(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .null: "–"
        default: text(value)
        }
    }

    /// An object with a line for each member. Its members' values are as they were, to the byte.
    static func indented(_ value: JSONValue) -> String {
        guard case .object(let object) = value, !object.isEmpty else { return text(value) }
        let lines = object.members.map { member in "  \(text(.string(member.name))): \(text(member.value))" }
        return "{\n\(lines.joined(separator: ",\n"))\n}"
    }

    private static func text(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return writer.text
    }
}
