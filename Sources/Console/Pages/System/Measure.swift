import JSON

/// A figure of a health check as people read it: `residentBytes` 96833536 is "resident 92 MiB".
struct Measure {
    let values: [String: Any]

    init(_ name: String, _ value: JSONValue) {
        var words = name
        var figure = JSONText.words(value)
        if let number = value.int64 {
            figure = Figure.grouped(number)
            if name.hasSuffix("Bytes") {
                words = String(name.dropLast("Bytes".count))
                figure = Figure.bytes(number)
            } else if name.hasSuffix("Microseconds") {
                words = String(name.dropLast("Microseconds".count))
                figure = "\(Figure.grouped(number)) µs"
            } else if name.hasSuffix("Seconds") {
                words = String(name.dropLast("Seconds".count))
                figure = Figure.duration(.seconds(number))
            }
        } else if let parts = value.object {
            // Of many figures those that are something.
            let told = parts.members.filter { $0.value.int64 != 0 }
            figure = told.map { "\($0.name) \(JSONText.words($0.value))" }.joined(separator: ", ")
            if told.isEmpty { figure = "none" }
        }
        values = ["name": Self.words(words), "value": figure]
    }

    /// `connectionsInUse` as "connections in use".
    private static func words(_ name: String) -> String {
        name.reduce(into: "") { words, character in
            words += character.isUppercase ? " \(character.lowercased())" : String(character)
        }
    }
}
