import Events
import Foundation
import JSON
import Testing

/// The newest schema of every type, with its first example taken apart into the two documents.
struct SchemaExample: Sendable, CustomTestStringConvertible {
    let description: EventDescription
    let data: JSONObject
    let personal: JSONObject?

    var testDescription: String { description.type.rawValue }

    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("EventSchemas")

    static let all: [SchemaExample] = EventCatalogue.all.compactMap { description in
        let path = description.type.rawValue.replacing(".", with: "/") + ".v\(description.version).json"
        guard let bytes = try? Data(contentsOf: folder.appendingPathComponent(path)),
            let schema = try? JSONValue(parsing: bytes), let example = schema["examples"]?.array?.first?.object
        else { return nil }
        var data = JSONObject()
        var personal = JSONObject()
        for field in description.fields {
            if field.isPersonal {
                personal[field.name] = example[field.name]
            } else {
                data[field.name] = example[field.name]
            }
        }
        return SchemaExample(description: description, data: data, personal: personal.isEmpty ? nil : personal)
    }

    func decode(
        data: JSONObject? = nil,
        personal: JSONObject? = nil
    ) throws(EventError) -> any EventPayload {
        try EventCatalogue.decode(
            type: description.type,
            version: description.version,
            data: .object(data ?? self.data),
            personal: (personal ?? self.personal).map(JSONValue.object)
        )
    }
}
