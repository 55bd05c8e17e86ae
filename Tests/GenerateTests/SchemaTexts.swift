import Foundation

@testable import generate

/// A folder of schemas that a test writes, with its own root.
struct SchemaTexts {
    /// `<area>/<event>.v<N>.json` to its text.
    var files: [String: String]

    /// The schema of `area.thing-done`, with properties as JSON text.
    static func schema(
        version: Int = 1,
        properties: String,
        required: String = "[]",
        example: String = "{}",
        permission: String = "audit.events:read",
        description: String = "A thing was done."
    ) -> String {
        """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"urn:daybook:event:area.thing-done:\(version)",
        "title":"A thing was done","description":"\(description)","x-daybook-permission":"\(permission)",
        "type":"object","additionalProperties":false,"required":\(required),"properties":\(properties),
        "examples":[\(example)]}
        """
    }

    static let line = #""description":"A line.","type":"string","minLength":1,"maxLength":9,"pattern":"^[a-z]*$""#

    init(_ files: [String: String]) {
        self.files = files
    }

    /// One type with its versions in order.
    init(versions: String...) {
        files = [:]
        for (index, text) in versions.enumerated() { files["area/thing-done.v\(index + 1).json"] = text }
    }

    /// Lends the root of a folder with these schemas, and removes it afterwards.
    func withFolder<R>(_ body: (URL) throws -> R) throws -> R {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("generate-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        try write(under: root)
        return try body(root)
    }

    func write(under root: URL) throws {
        let folder = root.appendingPathComponent("EventSchemas")
        var files = files
        files["area/area.json"] = #"{"namespace":"Area","description":"An area."}"#
        for (path, text) in files {
            let file = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
    }

    /// What refuses these schemas, or nil.
    func refusal() throws -> String? {
        try withFolder { root in
            do {
                _ = try SchemaFolder(root: root)
                return nil
            } catch let error as GenerationError {
                return error.message
            }
        }
    }
}
