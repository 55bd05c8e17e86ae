import JSON

/// One version of one event type, as its file says.
struct EventSchema {
    /// The file, relative to `EventSchemas/`.
    let file: SchemaFile
    let title: String
    let description: String
    let permission: String
    let fields: [FieldSchema]
    /// The first example, which has been checked against the fields.
    let example: JSONValue

    /// Reads a schema file.
    ///
    /// - Throws: everything that is wrong with it, by JSON pointer.
    init(file: SchemaFile, json: JSONValue) throws {
        self.file = file
        var reader = JSONReader(json)
        let dialect = "https://json-schema.org/draft/2020-12/schema"
        if reader.string("$schema", StringRule(1...100)) != dialect {
            reader.refuse("$schema", "The dialect is \(dialect).")
        }
        if reader.string("$id", StringRule(1...300)) != file.identifier {
            reader.refuse("$id", "The id of this file is \(file.identifier).")
        }
        title = reader.string("title", StringRule(1...80))
        description = reader.string("description", StringRule(1...500))
        permission = reader.string("x-daybook-permission", StringRule(3...200, AllowedCharacters("a-z0-9.:-")))
        if reader.string("type", StringRule(1...10)) != "object" { reader.refuse("type", "An event is an object.") }
        if reader.bool("additionalProperties") {
            reader.refuse("additionalProperties", "Events have no fields but those in their schema.")
        }
        let name = StringRule(1...50, AllowedCharacters("a-zA-Z0-9"))
        let required = Set(reader.strings("required", each: name, count: 0...100, unique: true))
        fields = Self.fields(required: required, from: &reader)
        let examples = reader.value("examples").array ?? []
        example = examples.first ?? .null
        if examples.isEmpty { reader.refuse("examples", "At least one example is needed.") }
        for (index, example) in examples.enumerated() {
            for problem in Self.problems(in: example, fields) {
                reader.refuse("examples", "Example \(index): \(problem)")
            }
        }
        do throws(JSONDecodingError) {
            try reader.finish()
        } catch {
            let list = error.problems.map { "  \($0)" }.joined(separator: "\n")
            throw GenerationError(.invalidSchema, "EventSchemas/\(file.path) is not a schema of an event:\n\(list)")
        }
    }

    private static func fields(required: Set<String>, from reader: inout JSONReader) -> [FieldSchema] {
        let properties = reader.object("properties")
        var fields: [FieldSchema] = []
        for member in properties.members {
            var property = JSONReader(member.value, at: "/properties/\(member.name)")
            fields.append(FieldSchema(name: member.name, isRequired: required.contains(member.name), from: &property))
            do throws(JSONDecodingError) {
                try property.finish()
            } catch {
                for problem in error.problems { reader.refuse("properties", problem.description) }
            }
            if !isName(member.name) {
                reader.refuse("properties", "\(member.name): a field is named in camelCase letters and digits.")
            }
        }
        for name in required.sorted() where properties[name] == nil {
            reader.refuse("required", "There is no property \(name).")
        }
        if fields.filter(\.isSubject).count > 1 { reader.refuse("properties", "An event has one subject at most.") }
        if fields.filter(\.isBranch).count > 1 { reader.refuse("properties", "An event has one branch at most.") }
        let columns = fields.map(\.column)
        for column in columns where ViewsSQL.envelope.contains(column) {
            reader.refuse("properties", "The column \(column) belongs to every event; name the field otherwise.")
        }
        if Set(columns).count < columns.count { reader.refuse("properties", "Two fields have the same column.") }
        return fields
    }

    private static func isName(_ name: String) -> Bool {
        name.utf8.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } == true
            && AllowedCharacters("a-zA-Z0-9").firstRefused(in: name) == nil
    }

    private static func problems(in example: JSONValue, _ fields: [FieldSchema]) -> [String] {
        guard let object = example.object else { return ["An object was expected."] }
        let unknown = object.members.filter { member in !fields.contains { $0.name == member.name } }
        return unknown.map { "There is no field \($0.name)." }
            + fields.compactMap { field in
                guard let value = object[field.name] else {
                    return field.isRequired ? "\(field.name) is missing." : nil
                }
                return field.problem(in: value).map { "\(field.name): \($0)" }
            }
    }
}
