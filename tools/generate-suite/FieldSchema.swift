import JSON

/// One property of an event's schema.
struct FieldSchema: Equatable {
    /// What a property may hold; what is not here, events do not have.
    enum Kind: Equatable {
        case string(TextBounds)
        case choice([String])
        case timestamp
        case day
        case integer(ClosedRange<Int64>)
        case boolean
        case strings(each: TextBounds, count: ClosedRange<Int>, unique: Bool)
        case objects(each: [FieldSchema], count: ClosedRange<Int>)
        case object(maximumBytes: Int)
        case any(maximumBytes: Int)
    }

    /// Bounds of a string: length in characters, and the bracket expression of its pattern.
    struct TextBounds: Equatable {
        var length: ClosedRange<Int>
        var characters: String

        var rule: StringRule { StringRule(length, AllowedCharacters(characters)) }
    }

    let name: String
    let description: String
    let kind: Kind
    let isRequired: Bool
    let isPersonal: Bool
    let isSubject: Bool
    let isBranch: Bool
    /// The `default` keyword; `null` says that the field is simply absent.
    let fallback: JSONValue?

    /// Whether Swift sees an optional: neither always there nor replaced by a default.
    var isOptional: Bool { !isRequired && (fallback ?? .null).isNull }

    /// The column in the typed view.
    var column: String {
        name.reduce(into: "") { column, character in
            if character.isUppercase { column += "_" }
            column += character.lowercased()
        }
    }

    /// The fields of the objects in it, if it is an array of objects.
    var elements: [FieldSchema]? {
        if case .objects(let each, _) = kind { each } else { nil }
    }

    /// Where the field is in an event.
    var pointer: String { (isPersonal ? "/personal/" : "/data/") + name }
}
