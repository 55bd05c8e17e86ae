package import JSON

/// A JSON Schema (2020-12) for the OpenAPI document. It describes; what is accepted is decided by the code that reads.
package struct Schema: Sendable {
    /// The schema itself.
    package let json: JSONObject
    /// The named schemas that it refers to, by name.
    let components: [String: JSONObject]

    private init(_ json: JSONObject, components: [String: JSONObject] = [:]) {
        self.json = json
        self.components = components
    }

    /// The same with words on what it is for.
    package func described(_ description: String) -> Schema {
        var json = json
        json["description"] = .string(description)
        return Schema(json, components: components)
    }

    /// The same under a name of its own in the document, referred to wherever it is used.
    package func named(_ name: String) -> Schema {
        var components = components
        components[name] = json
        return Schema(["$ref": .string("#/components/schemas/\(name)")], components: components)
    }

    /// The same object with whatever further members.
    package var open: Schema {
        var json = json
        json["additionalProperties"] = nil
        return Schema(json, components: components)
    }

    /// The same, or `null`.
    package var nullable: Schema {
        Schema(["anyOf": .array([.object(json), .object(["type": "null"])])], components: components)
    }
}

extension Schema {
    /// A string.
    package static func string(_ rule: StringRule? = nil, format: String? = nil) -> Schema {
        var json: JSONObject = ["type": "string"]
        if let rule {
            json["minLength"] = .number(JSONNumber(rule.length.lowerBound))
            json["maxLength"] = .number(JSONNumber(rule.length.upperBound))
            json["pattern"] = .string("^[\(rule.characters.expression)]*$")
        }
        if let format { json["format"] = .string(format) }
        return Schema(json)
    }

    /// One of a few strings.
    package static func oneOf(_ values: [String]) -> Schema {
        Schema(["type": "string", "enum": .array(values.map { .string($0) })])
    }

    /// One of the raw values of an enumeration.
    package static func choice<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type) -> Schema {
        oneOf(Choice.allCases.map(\.rawValue))
    }

    /// A whole number.
    package static func integer(_ range: ClosedRange<Int64>? = nil) -> Schema {
        var json: JSONObject = ["type": "integer"]
        if let range {
            json["minimum"] = .number(JSONNumber(range.lowerBound))
            json["maximum"] = .number(JSONNumber(range.upperBound))
        }
        return Schema(json)
    }

    /// A position of the log.
    package static let position = integer(0...JSONReader.safeIntegers.upperBound).described("A position of the log")
    /// A number.
    package static let number = Schema(["type": "number"])
    /// `true` or `false`.
    package static let boolean = Schema(["type": "boolean"])
    /// An RFC 3339 date and time.
    package static let timestamp = string(format: "date-time")
    /// Any JSON value.
    package static let any = Schema([:])
    /// Any JSON object.
    package static let anyObject = Schema(["type": "object"])
    /// An id as Daybook uses them.
    package static let identifier = string(.identifier)

    /// An array.
    package static func array(of element: Schema, count: ClosedRange<Int>? = nil) -> Schema {
        var json: JSONObject = ["type": "array", "items": .object(element.json)]
        if let count {
            json["minItems"] = .number(JSONNumber(count.lowerBound))
            json["maxItems"] = .number(JSONNumber(count.upperBound))
        }
        return Schema(json, components: element.components)
    }

    /// A member of an object.
    package struct Member: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool

        /// A member that is always there.
        package static func required(_ name: String, _ schema: Schema) -> Member {
            Member(name: name, schema: schema, isRequired: true)
        }

        /// A member that may be left out.
        package static func optional(_ name: String, _ schema: Schema) -> Member {
            Member(name: name, schema: schema, isRequired: false)
        }
    }

    /// An object with these members and no others.
    package static func object(_ members: Member...) -> Schema {
        object(members)
    }

    /// An object with these members and no others.
    package static func object(_ members: [Member]) -> Schema {
        var properties = JSONObject()
        var components: [String: JSONObject] = [:]
        for member in members {
            properties[member.name] = .object(member.schema.json)
            components.merge(member.schema.components) { first, _ in first }
        }
        let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
        var json: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { json["required"] = .array(required) }
        json["additionalProperties"] = false
        return Schema(json, components: components)
    }
}

extension StringRule {
    /// The rule of ids: 1 to 200 characters, none of them a control character.
    package static let identifier = StringRule(1...200)
}
