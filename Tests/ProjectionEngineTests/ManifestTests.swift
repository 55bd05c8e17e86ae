import Events
import Testing

@testable import ProjectionEngine

/// A read model that is not well-formed is refused before it can do harm.
@Suite struct ManifestTests {
    @Test func theReadModelsThatComeWithDaybookAreWellFormed() throws {
        let definitions = try ProjectionDefinition.builtIn
        #expect(
            definitions.map(\.name).sorted()
                == [
                    "access", "analytics", "attendance", "audit", "backups", "coursework", "decisions", "exports",
                    "finance", "identity",
                    "logs", "notifications", "people", "searches",
                    "teaching",
                ]
        )
        #expect(definitions.filter(\.manifest.rewinds).map(\.name) == ["access"])
    }

    @Test(arguments: [
        "{",
        #"{"name": "x", "version": 0, "mode": "inline", "rewinds": false, "events": ["a.b"]}"#,
        #"{"name": "x; drop", "version": 1, "mode": "inline", "rewinds": false, "events": ["a.b"]}"#,
        #"{"name": "x", "version": 1, "mode": "sometimes", "rewinds": false, "events": ["a.b"]}"#,
        #"{"name": "x", "version": 1, "mode": "inline", "rewinds": false, "events": []}"#,
        #"{"name": "x", "version": 1, "mode": "inline", "rewinds": false, "events": ["*", "a.b"]}"#,
        #"{"name": "x", "version": 1, "mode": "inline", "rewinds": true, "events": ["a.b"]}"#,
        #"{"name": "x", "version": 1, "mode": "inline", "rewinds": false, "events": ["a.b"], "more": 1}"#,
    ])
    func aManifestThatIsWrongIsRefused(_ manifest: String) {
        #expect(throws: ProjectionError.self) {
            try ProjectionDefinition(manifest: manifest, tables: "", apply: "")
        }
    }

    @Test func aReadModelThatRewindsIsCalledForRestores() throws {
        let access = try #require(try ProjectionDefinition.builtIn.first)
        #expect(access.manifest.subscribedTypes?.contains("recovery.restored") == true)
    }

    @Test func aReadModelIsCalledForEveryTypeThatItsSQLNames() throws {
        for definition in try ProjectionDefinition.builtIn {
            guard let types = definition.manifest.types else { continue }
            for event in EventCatalogue.all {
                let view = "log." + event.type.rawValue.map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
                let isNamed =
                    definition.apply.contains("'\(event.type.rawValue)'")
                    || ["\n", " ", ","].contains { definition.apply.firstRange(of: view + $0) != nil }
                #expect(!isNamed || types.contains(event.type), "\(definition.name): \(event.type.rawValue)")
            }
        }
    }

    @Test func parametersAreNumberedAndLookAlikesLeftAlone() {
        let text = ProjectionSchema.numbering("between $from and $to, $total, '$', $$", ["from": 1, "to": 2])
        #expect(text == "between $1 and $2, $total, '$', $$")
    }
}
