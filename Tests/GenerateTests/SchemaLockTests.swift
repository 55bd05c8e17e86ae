import Foundation
import Testing

@testable import generate

@Suite struct SchemaLockTests {
    private let properties = "{\"a\":{\(SchemaTexts.line)}}"

    @Test func aReleasedSchemaCannotBeChanged() throws {
        let changed = properties.replacing("\"maxLength\":9", with: "\"maxLength\":10")
        let refusal = try refusalAfterRelease {
            $0.files["area/thing-done.v1.json"] = SchemaTexts.schema(properties: changed)
        }
        #expect(
            refusal?.contains("EventSchemas/area/thing-done.v1.json was released and has been changed since.") == true
        )
    }

    @Test func aReleasedSchemaCannotGo() throws {
        let refusal = try refusalAfterRelease { $0.files["area/thing-done.v1.json"] = nil }
        #expect(refusal?.contains("area/thing-done.v1.json was released and is gone.") == true)
    }

    @Test func wordsCanBePutBetterAndMembersReordered() throws {
        let refusal = try refusalAfterRelease { texts in
            texts.files["area/thing-done.v1.json"] = SchemaTexts.schema(
                properties: properties.replacing("A line.", with: "A better line."),
                example: "{\"a\":\"x\"}",
                permission: "other:read",
                description: "Better."
            )
        }
        #expect(refusal == nil)
    }

    @Test func aFieldNamedLikeAnAnnotationIsNotOverlooked() throws {
        let titled = SchemaTexts.schema(properties: "{\"title\":{\(SchemaTexts.line)}}")
        let refusal = try refusalAfterRelease(first: titled) { texts in
            texts.files["area/thing-done.v1.json"] = titled.replacing("\"maxLength\":9", with: "\"maxLength\":8")
        }
        #expect(refusal?.contains("has been changed since") == true)
    }

    /// Generates from a first state of the folder, changes it, and says what refuses the change.
    private func refusalAfterRelease(
        first: String? = nil,
        _ change: (inout SchemaTexts) -> Void
    ) throws -> String? {
        var texts = SchemaTexts(versions: first ?? SchemaTexts.schema(properties: properties))
        return try texts.withFolder { root in
            _ = try GeneratedFiles(try SchemaFolder(root: root)).write(under: root)
            change(&texts)
            try FileManager.default.removeItem(at: root.appendingPathComponent("EventSchemas/area"))
            try texts.write(under: root)
            do {
                _ = try SchemaFolder(root: root)
                return nil
            } catch let error as GenerationError {
                return error.message
            }
        }
    }
}
