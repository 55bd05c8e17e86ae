import Testing

@testable import generate

/// What a schema has to be before anything is generated from it.
@Suite struct SchemaRuleTests {
    @Test(arguments: [
        (#"{"a":{"description":"A.","type":"string"}}"#, "/properties/a/minLength"),
        (#"{"a":{"description":"A.","type":"string","minLength":0,"maxLength":9}}"#, "/properties/a/pattern"),
        (
            #"{"a":{"description":"A.","type":"string","minLength":0,"maxLength":9,"pattern":"^a+$"}}"#,
            "/properties/a/pattern"
        ),
        (#"{"a":{"description":"A.","type":"string","minLength":9,"maxLength":1,"pattern":"^[a]*$"}}"#, "maxLength"),
        (#"{"a":{"description":"A.","type":"number"}}"#, "/properties/a/type"),
        (#"{"a":{"description":"A.","type":"integer"}}"#, "/properties/a/minimum"),
        (#"{"a":{"type":"boolean"}}"#, "/properties/a/description"),
        (#"{"a":{"description":"A.","type":"boolean","$ref":"x"}}"#, "/properties/a/$ref"),
        (#"{"a":{"description":"A.","type":"boolean","default":"x"}}"#, "/properties/a/default"),
        (#"{"a":{"description":"A.","type":"boolean","x-daybook-subject":true}}"#, "/properties/a/type"),
        (#"{"a":{"description":"A.","type":"string","format":"email"}}"#, "/properties/a/format"),
        (#"{"a":{"description":"A.","type":"string","format":"date","minLength":1,"maxLength":10}}"#, "maxLength"),
        (objects(#""b":{"description":"B.","type":"boolean"}"#, count: ""), "/properties/a/minItems"),
        (objects(#""b":{"type":"boolean"}"#), "/b/description"),
        (objects(#""b":{"description":"B.","type":"boolean","x-daybook-personal":true}"#), "plain scalars"),
        (objects(#""b":{"description":"B.","type":"boolean","default":true}"#), "plain scalars"),
        (objects(#""b":{"description":"B.","type":"object","x-daybook-maximum-bytes":9}"#), "plain scalars"),
        (objects(#""b":{"description":"B.","type":"boolean"}"#, required: #"["c"]"#), "no property c"),
        (
            objects(#""b":{"description":"B.","type":"boolean"}"#, further: #","additionalProperties":true"#),
            "additionalProperties"
        ),
        (objects(#""b":{"description":"B.","type":"boolean"}"#, unique: true), "Only strings can be unique"),
        (#"{"A":{"description":"A.","type":"boolean"}}"#, "camelCase"),
        (#"{"position":{"description":"A.","type":"boolean"}}"#, "belongs to every event"),
        (#"{"recordedAt":{"description":"A.","type":"boolean"}}"#, "belongs to every event"),
        (#"{"a":{"description":"A."}}"#, "/properties/a/x-daybook-maximum-bytes"),
    ])
    func everyFieldIsDescribedAndBounded(properties: String, expected: String) throws {
        let refusal = try SchemaTexts(versions: SchemaTexts.schema(properties: properties)).refusal()
        #expect(refusal?.contains(expected) == true, "\(refusal ?? "accepted")")
    }

    /// An array of objects with these properties.
    private static func objects(
        _ properties: String,
        required: String = "[]",
        count: String = #","minItems":0,"maxItems":9"#,
        further: String = #","additionalProperties":false"#,
        unique: Bool = false
    ) -> String {
        """
        {"a":{"description":"A.","type":"array"\(count)\(unique ? ",\"uniqueItems\":true" : ""),"items":{"type":"object"\(further),
        "required":\(required),"properties":{\(properties)}}}}
        """
    }

    @Test(arguments: [
        (#"[{"s":"x"}]"#, true), (#"[{"s":"x","d":"2026-01-31"}]"#, true), ("[]", false),
        (#"[{"d":"2026-01-31"}]"#, false),
        (#"[{"s":"x","d":"2026-02-30"}]"#, false), (#"[{"s":"X"}]"#, false), (#"[{"s":"x","t":1}]"#, false),
        (#"["x"]"#, false),
    ])
    func anExampleOfAnArrayOfObjectsIsCheckedToo(example: String, isValid: Bool) throws {
        let properties = """
            {"a":{"description":"A.","type":"array","minItems":1,"maxItems":2,"items":{"type":"object",
            "additionalProperties":false,"required":["s"],"properties":{"s":{\(SchemaTexts.line)},
            "d":{"description":"D.","type":"string","format":"date","minLength":10,"maxLength":10}}}}}
            """
        let text = SchemaTexts.schema(properties: properties, example: "{\"a\":\(example)}")
        #expect((try SchemaTexts(versions: text).refusal() == nil) == isValid)
    }

    @Test func aPersonalFieldIsNeverRequired() throws {
        let text = SchemaTexts.schema(
            properties: "{\"a\":{\(SchemaTexts.line),\"x-daybook-personal\":true}}",
            required: "[\"a\"]",
            example: "{\"a\":\"x\"}"
        )
        #expect(try SchemaTexts(versions: text).refusal()?.contains("may be erased") == true)
    }

    @Test(arguments: ["{\"a\":\"X\"}", "{\"a\":\"\"}", "{\"b\":1}", "[]"])
    func examplesAreValid(example: String) throws {
        let text = SchemaTexts.schema(properties: "{\"a\":{\(SchemaTexts.line)}}", example: example)
        #expect(try SchemaTexts(versions: text).refusal()?.contains("/examples") == true)
    }

    @Test func onlyKnownKeywordsAreAccepted() throws {
        let text = SchemaTexts.schema(properties: "{}").replacing(
            "\"type\":\"object\"",
            with: "\"type\":\"object\",\"allOf\":[]"
        )
        #expect(try SchemaTexts(versions: text).refusal()?.contains("/allOf") == true)
    }

    @Test(arguments: [
        "area/thing_done.v1.json", "area/thing.json", "area/Thing.v1.json", "area/thing.v01.json", "area/x.txt",
    ])
    func aFileIsNamedAfterItsTypeAndVersion(path: String) throws {
        #expect(
            try SchemaTexts([path: SchemaTexts.schema(properties: "{}")]).refusal()?.contains("<event>.v<N>.json")
                == true
        )
    }

    @Test func theIdentifierIsThatOfTheFile() throws {
        let text = SchemaTexts.schema(version: 2, properties: "{}")
        #expect(try SchemaTexts(versions: text).refusal()?.contains("urn:daybook:event:area.thing-done:1") == true)
    }

    @Test func whatIsNotJSONIsNamed() throws {
        let refusal = try SchemaTexts(["area/thing-done.v1.json": "{"]).refusal()
        #expect(refusal?.contains("EventSchemas/area/thing-done.v1.json is not JSON: line 1") == true)
    }
}
