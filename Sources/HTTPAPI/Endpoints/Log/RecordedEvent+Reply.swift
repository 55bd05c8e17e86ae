import EventStore
import JSON
import OpenSSL

extension RecordedEvent {
    static let schema = Schema.object(
        .required("position", .position),
        .required("recordedAt", .timestamp),
        .required("stream", .string()),
        .required("version", .integer()),
        .required("id", .identifier),
        .required("type", .string()),
        .required("schemaVersion", .integer()),
        .optional("branch", .identifier),
        .required("actor", .identifier),
        .optional("correlationId", .string()),
        .optional("causationId", .identifier),
        .optional("data", .any.described("The facts")),
        .optional("dataText", .string().described("The facts, in the exact text that is hashed")),
        .optional("personal", .any.described("Words about people, for those who may read them, until erased")),
        .optional("personalText", .string().described("The same, in the exact text that is hashed")),
        .optional("salt", .string().described("What the personal text is hashed with, in base64")),
        .required("isErased", .boolean.described("Whether there is personal text that is not shown")),
        .required("leaf", .string().described("The leaf hash (RFC 6962), in hexadecimal")),
        .optional("entry", .string().described("The text whose leaf hash that is"))
    ).named("LogEvent")

    /// Writes every field: documents both as values and in their exact text.
    func writeReply(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("position", position)
            writer.member("recordedAt", header.recordedAt)
            writer.member("stream", header.stream)
            writer.member("version", header.version)
            writer.member("id", header.id.uuidString.lowercased())
            writer.member("type", header.type.rawValue)
            writer.member("schemaVersion", header.schemaVersion)
            if let branch = header.branch { writer.member("branch", branch) }
            writer.member("actor", header.actor)
            if let id = header.correlationID { writer.member("correlationId", id) }
            if let id = header.causationID { writer.member("causationId", id.uuidString.lowercased()) }
            if let data { Self.write("data", data, to: &writer) }
            if let personal { Self.write("personal", personal, to: &writer) }
            if let salt, personal != nil { writer.member("salt", Base64.encode(salt)) }
            writer.member("isErased", isErased)
            writer.member("leaf", leaf.hex)
            if let entry { writer.member("entry", String(decoding: entry, as: UTF8.self)) }
        }
    }

    private static func write(_ name: String, _ document: [UInt8], to writer: inout JSONWriter) {
        writer.name(name)
        writer.value(rawJSON: document)
        writer.member(name + "Text", String(decoding: document, as: UTF8.self))
    }
}
