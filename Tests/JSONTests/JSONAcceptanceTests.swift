import JSON
import Testing

/// Texts that RFC 8259 allows, and what they are when written again.
@Suite struct JSONAcceptanceTests {
    @Test(arguments: [
        ("null", "null"), ("true", "true"), ("false", "false"), ("0", "0"), ("-0", "-0"), ("\"\"", "\"\""),
        ("[]", "[]"), ("{}", "{}"), ("[[]]", "[[]]"), ("[{}]", "[{}]"), ("{\"\":0}", "{\"\":0}"),
        (" \t\r\n[ \t\r\n] \t\r\n", "[]"), ("[null, 1, \"1\", {}]", "[null,1,\"1\",{}]"),
        ("{\"a\" : {\"b\" :[ 1,2 ]} , \"c\":null}", "{\"a\":{\"b\":[1,2]},\"c\":null}"),
        ("{\"b\":1,\"a\":2}", "{\"b\":1,\"a\":2}"),
        ("{\"a\":1,\"A\":2}", "{\"a\":1,\"A\":2}"),
    ])
    func structuresAreKept(text: String, compact: String) throws {
        #expect(try JSONValue(parsing: text).text == compact)
    }

    @Test(arguments: [
        "0", "-0", "1", "-1", "10", "1234567890", "0.0", "-0.0", "0.1", "1.000", "1e0", "1E0", "1e+0", "1e-0", "0e1",
        "0e+1", "1.5e-10", "123.456E+789", "1e400", "-1e-400", "9007199254740993", "18446744073709551616",
        "0.1000000000000000055511151231257827021181583404541015625",
        "-123456789012345678901234567890.123456789012345678901234567890",
    ])
    func numbersAreKeptToTheDigit(text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(value.text == text)
        #expect(JSONNumber(text: text)?.text == text)
        let inArray = try JSONValue(parsing: "[\(text)]")
        #expect(inArray == .array([value]))
    }

    @Test func aNumberOfAHundredThousandDigitsIsKept() throws {
        let text = String(repeating: "9", count: 100_000)
        #expect(try JSONValue(parsing: text).text == text)
        #expect(try JSONValue(parsing: text).int64 == nil)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (#""\u0041\u00e9\u20AC\ud83d\uDE00""#, "Aé€😀"),
        (#""\u0001\u001f\u007f""#, "\u{1}\u{1f}\u{7f}"),
        (#""\uFFFF\uFFFE\uFEFF\u2028\u2029""#, "\u{FFFF}\u{FFFE}\u{FEFF}\u{2028}\u{2029}"),
        (#""\udbff\udfff\ud800\udc00""#, "\u{10FFFF}\u{10000}"),
        ("\"é€😀\u{7f}\u{2028}\"", "é€😀\u{7f}\u{2028}"),
        (#""\\u0000""#, "\\u0000"),
        (#""plain""#, "plain"),
        (#""a\u0062c""#, "abc"),
    ])
    func stringsAreUnescaped(text: String, expected: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(value.string?.utf8.elementsEqual(expected.utf8) == true)
        #expect(try JSONValue(parsing: value.text) == value)
    }

    @Test func namesThatOnlyLookAlikeAreDifferent() throws {
        let value = try JSONValue(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2}")
        #expect(value["\u{e9}"] == 1)
        #expect(value["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{e9}") != .string("e\u{301}"))
    }

    @Test func bytesCanComeInAnySequence() throws {
        let bytes = Array("[1,2]".utf8)
        let expected: JSONValue = [1, 2]
        #expect(try JSONValue(parsing: bytes) == expected)
        #expect(try JSONValue(parsing: bytes[...]) == expected)
        #expect(try JSONValue(parsing: bytes.lazy.map { $0 }) == expected)
        #expect(try bytes.withUnsafeBufferPointer { try JSONValue(parsing: $0) } == expected)
    }
}
