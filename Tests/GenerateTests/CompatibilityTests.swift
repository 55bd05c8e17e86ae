import Testing

@testable import generate

@Suite struct CompatibilityTests {
    private let first = SchemaTexts.schema(
        properties:
            "{\"a\":{\(SchemaTexts.line)},\"n\":{\"description\":\"N.\",\"type\":\"integer\",\"minimum\":0,\"maximum\":9}}",
        required: "[\"a\"]",
        example: "{\"a\":\"x\"}"
    )

    private func second(
        _ properties: String,
        required: String = "[\"a\"]",
        example: String = "{\"a\":\"x\"}"
    ) -> String {
        SchemaTexts.schema(version: 2, properties: properties, required: required, example: example)
    }

    private let number = #""n":{"description":"Put better.","type":"integer","minimum":0,"maximum":9}"#

    @Test(arguments: [
        #""f":{"description":"F.","type":"boolean","default":false}"#,
        #""f":{"description":"F.","type":"boolean","default":null}"#,
        #""f":{"description":"F.","x-daybook-maximum-bytes":9,"x-daybook-personal":true,"default":null}"#,
        #""f":{"description":"F.","type":"string","enum":["one","two"],"default":"two"}"#,
    ])
    func aVersionMayAddOptionalFieldsWithDefaults(field: String) throws {
        #expect(
            try SchemaTexts(versions: first, second("{\"a\":{\(SchemaTexts.line)},\(number),\(field)}")).refusal()
                == nil
        )
    }

    @Test func aFieldWithoutDefaultIsRefused() throws {
        let field = #""f":{"description":"F.","type":"boolean"}"#
        let refusal = try SchemaTexts(versions: first, second("{\"a\":{\(SchemaTexts.line)},\(number),\(field)}"))
            .refusal()
        #expect(refusal?.contains("The new field f has no default") == true)
        #expect(refusal?.contains("make a new event type") == true)
    }

    @Test func aRequiredFieldIsRefused() throws {
        let field = #""f":{"description":"F.","type":"boolean"}"#
        let text = second(
            "{\"a\":{\(SchemaTexts.line)},\(number),\(field)}",
            required: "[\"a\",\"f\"]",
            example: "{\"a\":\"x\",\"f\":true}"
        )
        #expect(try SchemaTexts(versions: first, text).refusal()?.contains("The new field f is required") == true)
    }

    @Test(arguments: [
        ("{\"a\":{\(SchemaTexts.line)}}", "The field n is gone."),
        (
            "{\"a\":{\(SchemaTexts.line)},\"n\":{\"description\":\"N.\",\"type\":\"integer\",\"minimum\":0,\"maximum\":99}}",
            "The field n is not what it was."
        ),
        (
            "{\"a\":{\(SchemaTexts.line)},\"n\":{\"description\":\"N.\",\"type\":\"boolean\"}}",
            "The field n is not what it was."
        ),
        (
            "{\"a\":{\(SchemaTexts.line),\"x-daybook-subject\":true},\"n\":{\"description\":\"N.\",\"type\":\"integer\",\"minimum\":0,\"maximum\":9}}",
            "The field a is not what it was."
        ),
    ])
    func whatWasThereStaysAsItWas(properties: String, expected: String) throws {
        #expect(try SchemaTexts(versions: first, second(properties)).refusal()?.contains(expected) == true)
    }

    @Test func aFieldThatWasRequiredStaysRequired() throws {
        let text = second("{\"a\":{\(SchemaTexts.line)},\(number)}", required: "[]")
        #expect(try SchemaTexts(versions: first, text).refusal()?.contains("The field a is not what it was.") == true)
    }

    @Test func noVersionIsLeftOut() throws {
        let third = first.replacing("thing-done:1", with: "thing-done:3")
        let refusal = try SchemaTexts(["area/thing-done.v1.json": first, "area/thing-done.v3.json": third]).refusal()
        #expect(refusal?.contains("version 2 of area.thing-done is missing") == true)
    }
}
