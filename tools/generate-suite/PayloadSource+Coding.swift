extension PayloadSource {
    /// `writeData` and `writePersonal`.
    func writing(_ source: inout SwiftSource) {
        source.block("package func writeData(into json: inout JSONWriter)") { source in
            source.line("json.beginObject()")
            for field in event.data { Self.write(field.schema, &source) }
            source.line("json.endObject()")
        }
        source.line()
        source.block("package func writePersonal(into json: inout JSONWriter) -> Bool") { source in
            let properties = event.personal.map(\.schema.property)
            guard !properties.isEmpty else { return source.line("false") }
            source.condition("if", properties.map { "\($0) == nil" }, joinedBy: "&&", then: "return false")
            source.line("json.beginObject()")
            for field in event.personal { Self.write(field.schema, &source) }
            source.line("json.endObject()")
            source.line("return true")
        }
    }

    static func write(_ field: FieldSchema, _ source: inout SwiftSource) {
        if field.elements != nil {
            let statements = [
                "json.name(literal: \(SwiftSource.literal(field.name)))", "json.beginArray()",
                "for element in \(field.property) { element.write(to: &json) }", "json.endArray()",
            ]
            guard field.isOptional else { return statements.forEach { source.line($0) } }
            source.block("if let \(field.property)") { source in statements.forEach { source.line($0) } }
            return
        }
        let value = if case .choice = field.kind { "\(field.property).rawValue" } else { field.property }
        let statements = ["json.name(literal: \(SwiftSource.literal(field.name)))", "json.value(\(value))"]
        guard field.isOptional else { return statements.forEach { source.line($0) } }
        source.block("if let \(field.property)") { source in
            statements.forEach { source.line($0) }
        }
    }

    /// `validate()`.
    func validation(_ source: inout SwiftSource) {
        source.block("package func validate() throws(JSONDecodingError)") { source in
            let checks = event.fields.map(\.schema).compactMap { Self.check($0) }
            guard !checks.isEmpty else { return }
            source.line("var check = PayloadCheck()")
            for (name, arguments) in checks {
                let tail = name == "elements" ? " { $0.check(&$1, at: $2) }" : ""
                source.call("check.\(name)", arguments, tail: tail)
            }
            source.line("try check.finish()")
        }
    }

    static func check(_ field: FieldSchema, at place: String? = nil) -> (String, [String])? {
        let place = "at: \(place ?? SwiftSource.literal(field.pointer))"
        switch field.kind {
        case .string:
            return ("string", [field.property, "Self.\(field.rule)", place])
        case .integer(let range):
            return ("integer", [field.property, "in: \(range.swift)", place])
        case .strings(_, let count, let unique):
            let bounds = ["each: Self.\(field.rule)", "count: \(count.lowerBound)...\(count.upperBound)"]
            return ("strings", [field.property] + bounds + ["unique: \(unique)", place])
        case .object(let maximumBytes):
            let value = field.isOptional ? "\(field.property).map(JSONValue.object)" : ".object(\(field.property))"
            return ("value", [value, "maximumBytes: \(maximumBytes)", place])
        case .any(let maximumBytes):
            return ("value", [field.property, "maximumBytes: \(maximumBytes)", place])
        case .objects(_, let count):
            return (
                "elements",
                [field.property, "count: \(count.lowerBound)...\(count.upperBound)", place]
            )
        case .choice, .boolean, .timestamp, .day:
            return nil
        }
    }

    /// `init(data:personal:)`.
    func reading(_ source: inout SwiftSource) {
        source.block("package init(data: JSONValue, personal: JSONValue?) throws(JSONDecodingError)") { source in
            source.line("var reader = JSONReader(data, at: \"/data\")")
            for field in event.data { Self.read(field.schema, from: "reader", &source) }
            let mutability = event.personal.isEmpty ? "let" : "var"
            source.line(
                "\(mutability) personalReader = JSONReader(personal ?? .object(JSONObject()), at: \"/personal\")"
            )
            for field in event.personal { Self.read(field.schema, from: "personalReader", &source) }
            source.line("try reader.finish(with: personalReader)")
        }
    }

    static func read(_ field: FieldSchema, from reader: String, _ source: inout SwiftSource) {
        let (accessor, bounds): (String, [String]) =
            switch field.kind {
            case .string: ("string", ["Self.\(field.rule)"])
            case .choice: ("choice", [])
            case .timestamp: ("timestamp", [])
            case .day: ("day", [])
            case .objects(_, let count): ("list", ["count: \(count.lowerBound)...\(count.upperBound)"])
            case .integer(let range): ("integer", ["in: \(range.swift)"])
            case .boolean: ("bool", [])
            case .strings(_, let count, let unique):
                (
                    "strings",
                    [
                        "each: Self.\(field.rule)", "count: \(count.lowerBound)...\(count.upperBound)",
                        "unique: \(unique)",
                    ]
                )
            case .object(let maximumBytes): ("object", ["maximumBytes: \(maximumBytes)"])
            case .any(let maximumBytes): ("value", ["maximumBytes: \(maximumBytes)"])
            }
        let fallback = field.swiftDefault.map { ["default: \($0)"] } ?? []
        source.call(
            "\(field.property) = \(reader).\(accessor)\(field.isOptional ? "IfPresent" : "")",
            [SwiftSource.literal(field.name)] + bounds + fallback,
            tail: field.elements == nil ? "" : " { \(field.elementType)(reading: &$0) }"
        )
    }
}

extension ClosedRange<Int64> {
    /// The range as a Swift expression, its digits in groups of three.
    fileprivate var swift: String { "\(Self.grouped(lowerBound))...\(Self.grouped(upperBound))" }

    private static func grouped(_ number: Int64) -> String {
        let digits = Array(String(number.magnitude))
        let groups = digits.enumerated().map { index, digit in
            (digits.count - index) % 3 == 0 && index > 0 ? "_\(digit)" : "\(digit)"
        }
        return (number < 0 ? "-" : "") + groups.joined()
    }
}
