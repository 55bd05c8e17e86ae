import JSON

extension FieldSchema {
    /// What an annotation or a size may be in a schema.
    private static let sizes: ClosedRange<Int64> = 0...1_048_576

    /// Reads a property's schema; what is wrong is noted in `reader`.
    init(name: String, isRequired: Bool, from reader: inout JSONReader) {
        self.name = name
        self.isRequired = isRequired
        description = reader.string("description", StringRule(1...500, .text))
        isPersonal = reader.bool("x-daybook-personal", default: false)
        isSubject = reader.bool("x-daybook-subject", default: false)
        isBranch = reader.bool("x-daybook-branch", default: false)
        fallback = reader.valueIfPresent("default")
        kind = Self.kind(from: &reader)
        refuseContradictions(in: &reader)
    }

    private static func kind(from reader: inout JSONReader) -> Kind {
        switch reader.stringIfPresent("type", StringRule(1...10)) {
        case "string": return textKind(from: &reader)
        case "boolean": return .boolean
        case "integer":
            let minimum = reader.integer("minimum")
            let maximum = reader.integer("maximum")
            return .integer(min(minimum, maximum)...max(minimum, maximum))
        case "array":
            let unique = reader.bool("uniqueItems", default: false)
            let count = range(&reader, "minItems", "maxItems")
            let each = reader.nested("items") { items -> Kind in
                guard items.string("type", StringRule(6...6)) == "object" else {
                    return .strings(each: textBounds(from: &items), count: count, unique: unique)
                }
                if unique { items.refuse("type", "Only strings can be unique.") }
                return .objects(each: elementFields(from: &items), count: count)
            }
            return each ?? .boolean
        case "object":
            return .object(maximumBytes: Int(reader.integer("x-daybook-maximum-bytes", in: sizes)))
        case nil:
            return .any(maximumBytes: Int(reader.integer("x-daybook-maximum-bytes", in: sizes)))
        case let type?:
            reader.refuse("type", "Events have no fields of type \(type).")
            return .boolean
        }
    }

    /// The fields of an object in an array: scalars that say nothing of persons, subject or branch.
    private static func elementFields(from items: inout JSONReader) -> [FieldSchema] {
        if items.bool("additionalProperties") {
            items.refuse("additionalProperties", "Objects have no fields but those in their schema.")
        }
        let name = StringRule(1...50, AllowedCharacters("a-zA-Z0-9"))
        let required = Set(items.strings("required", each: name, count: 0...100, unique: true))
        var fields: [FieldSchema] = []
        for member in items.object("properties").members {
            var property = JSONReader(member.value, at: "/\(member.name)")
            let field = FieldSchema(name: member.name, isRequired: required.contains(member.name), from: &property)
            do throws(JSONDecodingError) {
                try property.finish()
            } catch {
                for problem in error.problems { items.refuse("properties", problem.description) }
            }
            if field.isPersonal || field.isSubject || field.isBranch || field.fallback != nil || !field.kind.isScalar {
                items.refuse("properties", "\(member.name): objects of an array hold plain scalars.")
            }
            fields.append(field)
        }
        for name in required.sorted() where !fields.contains(where: { $0.name == name }) {
            items.refuse("required", "There is no property \(name).")
        }
        return fields
    }

    private static func textKind(from reader: inout JSONReader) -> Kind {
        if reader.has("enum") {
            let word = StringRule(1...50, AllowedCharacters("a-z0-9-"))
            return .choice(reader.strings("enum", each: word, count: 1...50, unique: true))
        }
        if let format = reader.stringIfPresent("format", StringRule(1...20)) {
            if format == "date" {
                if range(&reader, "minLength", "maxLength") != 10...10 {
                    reader.refuse("maxLength", "A date has minLength 10 and maxLength 10.")
                }
                return .day
            }
            if format != "date-time" { reader.refuse("format", "The formats of strings here are date-time and date.") }
            if range(&reader, "minLength", "maxLength") != 20...32 {
                reader.refuse("maxLength", "A date and time has minLength 20 and maxLength 32.")
            }
            return .timestamp
        }
        return .string(textBounds(from: &reader))
    }

    /// The bounds that every string has: both lengths, and a pattern of the one form `^[…]*$`.
    private static func textBounds(from reader: inout JSONReader) -> TextBounds {
        let length = range(&reader, "minLength", "maxLength")
        let pattern = reader.string("pattern", StringRule(6...500, .any))
        if !pattern.hasPrefix("^[") || !pattern.hasSuffix("]*$") {
            reader.refuse(
                "pattern",
                "A pattern here has the form ^[…]*$; lengths are bounded by minLength and maxLength."
            )
        }
        return TextBounds(length: length, characters: String(pattern.dropFirst(2).dropLast(3)))
    }

    private static func range(_ reader: inout JSONReader, _ lower: String, _ upper: String) -> ClosedRange<Int> {
        let minimum = Int(reader.integer(lower, in: sizes))
        let maximum = Int(reader.integer(upper, in: sizes))
        if maximum < minimum { reader.refuse(upper, "This is less than \(lower).") }
        return min(minimum, maximum)...max(minimum, maximum)
    }

    private func refuseContradictions(in reader: inout JSONReader) {
        if isPersonal, isRequired {
            reader.refuse("x-daybook-personal", "A personal field cannot be required, for it may be erased.")
        }
        if isSubject || isBranch {
            guard case .string = kind, !isPersonal else {
                reader.refuse("type", "The subject and the branch are strings, and not personal.")
                return
            }
        }
        guard let fallback, !fallback.isNull else { return }
        if isRequired { reader.refuse("default", "A required field has no default.") }
        if isPersonal { reader.refuse("default", "A personal field has no default but null, for it may be erased.") }
        if let problem = problem(in: fallback) { reader.refuse("default", problem) }
        switch (kind, fallback) {
        case (.string, _), (.integer, _), (.boolean, _), (.choice, _): break
        default: reader.refuse("default", "The default of this kind of field can only be null.")
        }
    }

    /// What keeps `value` from being a value of this field.
    func problem(in value: JSONValue) -> String? {
        var reader = JSONReader(.object([name: value]))
        switch kind {
        case .string(let bounds): _ = reader.string(name, bounds.rule)
        case .choice(let words):
            if let word = value.string, words.contains(word) { return nil }
            return "One of \(words.joined(separator: ", ")) was expected."
        case .timestamp: _ = reader.timestamp(name)
        case .day: _ = reader.day(name)
        case .objects(let each, let count):
            _ = reader.list(name, count: count) { element in element.check(each) }
        case .integer(let range): _ = reader.integer(name, in: range)
        case .boolean: _ = reader.bool(name)
        case .strings(let each, let count, let unique):
            _ = reader.strings(name, each: each.rule, count: count, unique: unique)
        case .object(let maximumBytes): _ = reader.object(name, maximumBytes: maximumBytes)
        case .any(let maximumBytes): _ = reader.value(name, maximumBytes: maximumBytes)
        }
        return reader.problems.first?.message
    }
}

extension FieldSchema.Kind {
    /// Whether an object within an array may hold it.
    fileprivate var isScalar: Bool {
        switch self {
        case .string, .choice, .timestamp, .day, .integer, .boolean: true
        case .strings, .objects, .object, .any: false
        }
    }
}

extension JSONReader {
    /// Reads an object within an array, to find what is wrong with it.
    fileprivate mutating func check(_ fields: [FieldSchema]) {
        for field in fields {
            guard has(field.name) || field.isRequired else { continue }
            let value = value(field.name)
            if let problem = field.problem(in: value) { refuse(field.name, problem) }
        }
    }
}
