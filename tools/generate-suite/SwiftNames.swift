import JSON

extension FieldSchema {
    /// The Swift property: initialisms in capitals, as the Swift API guidelines have it.
    var property: String {
        if name.hasSuffix("Ids") { return name.dropLast(3) + "IDs" }
        if name.hasSuffix("Id") { return name.dropLast(2) + "ID" }
        return name
    }

    /// The property's type, without the optional.
    var swiftType: String {
        switch kind {
        case .string: "String"
        case .choice: choiceType
        case .timestamp: "Timestamp"
        case .day: "CalendarDay"
        case .objects: "[\(elementType)]"
        case .integer: "Int64"
        case .boolean: "Bool"
        case .strings: "[String]"
        case .object: "JSONObject"
        case .any: "JSONValue"
        }
    }

    /// The enumeration of the words that a field can hold.
    var choiceType: String { name.prefix(1).uppercased() + name.dropFirst() }

    /// The structure of the objects of an array, named in the singular: `entries` holds values of `Entry`.
    var elementType: String {
        let plural = choiceType
        if plural.hasSuffix("ies") { return plural.dropLast(3) + "y" }
        return plural.hasSuffix("s") ? String(plural.dropLast()) : plural + "Element"
    }

    /// The constant that bounds the field's text.
    var rule: String { property + "Rule" }

    /// The default as a Swift expression, if there is one that is not `null`.
    var swiftDefault: String? {
        switch fallback {
        case .string(let text):
            if case .choice = kind { ".\(Self.caseName(text))" } else { SwiftSource.literal(text) }
        case .number(let number): number.text
        case .bool(let value): value ? "true" : "false"
        default: nil
        }
    }

    /// A word of a choice as an enumeration's case: `in-app` becomes `inApp`.
    static func caseName(_ word: String) -> String {
        let parts = word.split(separator: "-")
        let name =
            parts.prefix(1).joined() + parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        return keywords.contains(name) ? "`\(name)`" : name
    }

    /// Words of the language that a schema might well use for a choice.
    private static let keywords: Set<String> = [
        "static", "default", "public", "private", "internal", "open", "class", "self", "return", "repeat", "import",
        "in", "is", "as", "true", "false", "case", "continue", "operator", "protocol", "extension",
    ]

    /// The constants of rules and bounds that decoding and checking share.
    var rules: [String] {
        switch kind {
        case .string(let bounds): ["private static let \(rule) = \(bounds.swift)"]
        case .strings(let each, _, _): ["private static let \(rule) = \(each.swift)"]
        default: []
        }
    }
}

extension FieldSchema.TextBounds {
    private static let named: [String: String] = [
        AllowedCharacters.line.expression: ".line", AllowedCharacters.text.expression: ".text",
        AllowedCharacters.hexadecimal.expression: ".hexadecimal", AllowedCharacters.base64.expression: ".base64",
    ]

    /// The bounds as a Swift expression.
    var swift: String {
        let characters = Self.named[self.characters] ?? "AllowedCharacters(#\"\(self.characters)\"#)"
        return "StringRule(\(length.lowerBound)...\(length.upperBound), \(characters))"
    }
}
