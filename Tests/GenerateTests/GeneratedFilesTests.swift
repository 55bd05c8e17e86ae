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

    @Test func anArrayOfObjectsBecomesAStructureOfItsOwn() throws {
        let text = SchemaTexts.schema(
            properties: """
                {"entries":{"description":"E.","type":"array","minItems":1,"maxItems":9,"items":{"type":"object",
                "additionalProperties":false,"required":["on"],"properties":{
                "on":{"description":"O.","type":"string","format":"date","minLength":10,"maxLength":10},
                "word":{"description":"W.","type":"string","enum":["in-time"]}}}}}
                """
        )
        try SchemaTexts(versions: text).withFolder { root in
            let texts = GeneratedFiles(try SchemaFolder(root: root)).texts
            let swift = try #require(texts["Sources/Events/Generated/Area+ThingDone.swift"])
            for line in [
                "package struct Entry: Sendable, Hashable {", "package var on: CalendarDay", "package var word: Word?",
                "case inTime = \"in-time\"", "package var entries: [Entry]?", "package import Time",
                "entries = reader.listIfPresent(\"entries\", count: 1...9) { Entry(reading: &$0) }",
                "check.elements(entries, count: 1...9, at: \"/data/entries\") { $0.check(&$1, at: $2) }",
            ] {
                #expect(swift.contains(line), "\(line)")
            }
            let sql = try #require(texts["Sources/Events/Generated/SQL/views.sql"])
            #expect(sql.contains("\"entries\" json"))
            let page = try #require(texts["docs/event-catalogue.md"])
            #expect(page.contains("1 to 9 objects with `on` (date), `word`? (`in-time`)"))
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
