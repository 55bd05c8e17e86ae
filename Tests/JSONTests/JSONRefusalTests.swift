import JSON
import Testing

/// Texts that are not JSON, or that could not be stored as they are.
@Suite struct JSONRefusalTests {
    @Test(arguments: [
        "", " ", "\n", ",", "[", "]", "{", "}", "[}", "{]", "[1", "[1,", "[1,]", "[,1]", "[1,,2]", "[1 2]", "[1]]",
        "[1],", "[[1]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,\"a\":1}", "{\"a\" 1}",
        "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}", "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{[]:1}", "{\"a\":1}x",
        "nul", "nulll", "True", "FALSE", "tru", "undefined", "NaN", "Infinity", "-Infinity", "1 2", "// c\n1",
        "/* c */ 1", "1 # c", "[1]//", "\u{FEFF}[]", "\u{a0}1", "\u{c}1", "[\u{b}]", "\u{2028}1",
    ])
    func brokenStructuresAreRefused(text: String) {
        expectMalformed(Array(text.utf8))
    }

    @Test(arguments: [
        "-", "+1", "01", "-01", "00", "1.", ".1", "-.1", "1.e1", "1e", "1e+", "1E-", "1e1.5", "0x1", "1_000", "1,0",
        "--1",
        "1-", "1+2", "0b1", "1a", "１", "-a", "2.-1", "1.2.3", "1ee2",
    ])
    func brokenNumbersAreRefused(text: String) {
        expectMalformed(Array(text.utf8))
        expectMalformed(Array("{\"a\":\(text)}".utf8))
        #expect(JSONNumber(text: text) == nil)
    }

    @Test(arguments: [
        "\"", "\"a", "\"\\", "\"\\\"", "\"\\x\"", "\"\\a\"", "\"\\'\"", "\"\\0\"", "\"\\u\"", "\"\\u00\"",
        "\"\\u00g0\"",
        "\"\\u 041\"", "\"\\U0041\"", "'a'", "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1f}\"", "\"\\\u{0}\"", "\"\\é\"",
        "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"",
        "\"\\udc00\\ud800\"", "\"\\ud800\\\"", "\"\\ud800\\u\"", "\"\\ud800a\"", "{\"\\ud800\":1}",
    ])
    func brokenStringsAreRefused(text: String) {
        expectMalformed(Array(text.utf8))
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF],
            [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0xFE], [0xFF], [0xE9], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]]
    )
    func whatIsNotUTF8IsRefused(sequence: [UInt8]) {
        expectMalformed([0x22] + sequence + [0x22])
        expectMalformed([0x22, 0x5C, 0x6E] + sequence + [0x22])
        expectMalformed([0x22] + sequence)
        expectMalformed(sequence)
    }

    @Test func utf16AndUtf32AreRefused() {
        expectMalformed([0x5B, 0x00, 0x5D, 0x00])
        expectMalformed([0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00])
        expectMalformed([0x00, 0x00, 0x00, 0x5B])
    }

    @Test(arguments: [
        ("{\"a\":1,\"a\":1}", "/a"), ("{\"x\":[{\"a\":1,\"b\":2,\"\\u0061\":3}]}", "/x/0/a"),
    ])
    func aNameThatComesTwiceIsRefused(text: String, pointer: String) {
        let error = fault(in: Array(text.utf8))
        #expect(error?.code == .duplicateName)
        #expect(error?.pointer.description == pointer)
    }

    @Test func aNameThatComesTwiceAmongThousandsIsRefused() {
        let members = (0..<5_000).map { "\"k\($0)\":0" }
        #expect(fault(in: Array("{\(members.joined(separator: ","))}".utf8)) == nil)
        let error = fault(in: Array("{\((members + ["\"k17\":0"]).joined(separator: ","))}".utf8))
        #expect(error?.code == .duplicateName)
    }

    @Test(arguments: ["\"\\u0000\"", "[\"a\\u0000b\"]", "{\"\\u0000\":1}"])
    func theNullCharacterIsRefused(text: String) {
        #expect(fault(in: Array(text.utf8))?.code == .nullCharacter)
    }

    @Test func nestingIsBounded() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(fault(in: nested(64)) == nil)
        #expect(fault(in: nested(65))?.code == .tooDeep)
        #expect(fault(in: Array(repeating: UInt8(ascii: "["), count: 1_000_000))?.code == .tooDeep)
        #expect(fault(in: Array(String(repeating: "{\"a\":", count: 100_000).utf8))?.code == .tooDeep)
        #expect(throws: JSONParsingError.self) { try JSONValue(parsing: nested(600), maximumDepth: 1_000_000) }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(512), maximumDepth: 1_000_000) }
        #expect(throws: JSONParsingError.self) { try JSONValue(parsing: nested(1), maximumDepth: 0) }
    }

    @Test func theFaultIsPlacedByLineColumnAndPointer() throws {
        let error = try #require(fault(in: Array("{\n  \"roles\": [\n    {\"näme\": \"é\", \"x\": tru}\n  ]\n}".utf8)))
        #expect(error.line == 3)
        #expect(error.column == 24)
        #expect(error.pointer.description == "/roles/0/x")
        #expect(error.offset == 40)
        #expect(error.description.hasPrefix("line 3, column 24 in /roles/0/x: "))
    }

    private func fault(in bytes: [UInt8]) -> JSONParsingError? {
        do throws(JSONParsingError) {
            _ = try JSONValue(parsing: bytes)
            return nil
        } catch {
            return error
        }
    }

    private func expectMalformed(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(fault(in: bytes)?.code == .malformed, "\(text)", sourceLocation: sourceLocation)
    }
}
