import Foundation
import Testing

@testable import generate

@Suite struct GeneratedFilesTests {
    private static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func whatIsCommittedIsWhatTheSchemasGive() throws {
        let files = GeneratedFiles(try SchemaFolder(root: Self.repository))
        #expect(files.differences(under: Self.repository).isEmpty)
    }

    @Test func theSameSchemasAlwaysGiveTheSameText() throws {
        let first = GeneratedFiles(try SchemaFolder(root: Self.repository)).texts
        for _ in 0..<5 { #expect(GeneratedFiles(try SchemaFolder(root: Self.repository)).texts == first) }
    }

    @Test func everyFileThatDiffersIsNamed() throws {
        try SchemaTexts(versions: SchemaTexts.schema(properties: "{\"a\":{\(SchemaTexts.line)}}")).withFolder { root in
            let folder = "Sources/Events/Generated"
            let written = try GeneratedFiles(try SchemaFolder(root: root)).write(under: root)
            #expect(written.contains("\(folder)/Area+ThingDone.swift"))
            let files = GeneratedFiles(try SchemaFolder(root: root))
            #expect(files.differences(under: root).isEmpty)

            try Data("// edited".utf8).write(to: root.appendingPathComponent("\(folder)/Area+ThingDone.swift"))
            try Data("-- left over".utf8).write(to: root.appendingPathComponent("\(folder)/SQL/old.sql"))
            try FileManager.default.removeItem(at: root.appendingPathComponent("docs/event-catalogue.md"))
            let expected = ["\(folder)/Area+ThingDone.swift", "\(folder)/SQL/old.sql", "docs/event-catalogue.md"]
            #expect(files.differences(under: root) == expected)
            #expect(try files.write(under: root) == expected)
            #expect(files.differences(under: root).isEmpty)
        }
    }

    @Test func columnsOfALaterVersionComeAtTheEnd() throws {
        let first = SchemaTexts.schema(
            properties: """
                {"p":{"description":"P.","x-daybook-maximum-bytes":9,"x-daybook-personal":true},"a":{\(SchemaTexts.line)}}
                """
        )
        let second = SchemaTexts.schema(
            version: 2,
            properties: """
                {"fresh":{"description":"F.","type":"integer","minimum":0,"maximum":9,"default":3},
                "p":{"description":"P.","x-daybook-maximum-bytes":9,"x-daybook-personal":true},"a":{\(SchemaTexts.line)}}
                """
        )
        try SchemaTexts(versions: first, second).withFolder { root in
            let texts = GeneratedFiles(try SchemaFolder(root: root)).texts
            let sql = try #require(texts["Sources/Events/Generated/SQL/views.sql"])
            #expect(
                sql.contains(
                    """
                        d."a" as a,
                        p."p" as p,
                        coalesce(d."fresh", 3) as fresh
                    from log.events as e
                    """
                )
            )
            let swift = try #require(texts["Sources/Events/Generated/Area+ThingDone.swift"])
            #expect(swift.contains("package static let schemaVersion = 2"))
            #expect(swift.contains("fresh = reader.integer(\"fresh\", in: 0...9, default: 3)"))
            #expect(swift.contains("EventField(\"fresh\", .integer, column: \"fresh\", since: 2)"))
        }
    }

    @Test func hostileWordsInASchemaStayWords() throws {
        let text = SchemaTexts.schema(
            properties: "{}",
            description: #"It's \"quoted\"; \\(x) */ drop table log.events; --"#
        )
        try SchemaTexts(versions: text).withFolder { root in
            let texts = GeneratedFiles(try SchemaFolder(root: root)).texts
            let sql = try #require(texts["Sources/Events/Generated/SQL/views.sql"])
            #expect(sql.contains("is 'It''s \"quoted\"; \\(x) */ drop table log.events; --';"))
            let swift = try #require(texts["Sources/Events/Generated/Area+ThingDone.swift"])
            #expect(swift.contains(#""It's \"quoted\"; \\(x) */ drop table log.events; --""#))
        }
    }
}
