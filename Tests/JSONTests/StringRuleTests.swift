import JSON
import Testing

@Suite struct StringRuleTests {
    @Test func lengthIsCountedInCharactersOfUnicode() {
        let rule = StringRule(2...3)
        #expect(rule.problem(in: "😀") != nil)
        #expect(rule.problem(in: "😀😀") == nil)
        #expect(rule.problem(in: "😀😀😀") == nil)
        #expect(rule.problem(in: "😀😀😀😀") != nil)
        #expect(rule.problem(in: "ab") == nil)
        #expect(rule.problem(in: "a") != nil)
        #expect(rule.problem(in: "abcd") != nil)
        #expect(StringRule(0...0).problem(in: "") == nil)
    }

    @Test(arguments: ["\u{0}", "\n", "\t", "\u{1b}", "\u{7f}", "\u{85}", "\u{2028}", "\u{202e}", "\u{2066}"])
    func aLineHasNoControlCharactersAndTurnsNoText(character: String) {
        #expect(StringRule(1...100, .line).problem(in: "before\(character)after") != nil)
    }

    @Test(arguments: ["José", "Zoë d'Été", "李雷", "🧑‍🏫", "a b", "O'Brien; drop table users --", "<script>"])
    func otherwiseALineIsAnyText(text: String) {
        #expect(StringRule(1...100, .line).problem(in: text) == nil)
    }

    @Test func textMayHaveLineBreaks() {
        #expect(StringRule(1...100, .text).problem(in: "a\n\tb\r\nc") == nil)
        #expect(StringRule(1...100, .text).problem(in: "a\u{1b}[31m") != nil)
    }

    @Test func bracketExpressionsMeanWhatTheyMeanInPatterns() {
        let allowed = AllowedCharacters(#"a-c0-9_\-\]\\\u00e9-"#)
        for scalar in "abc0123456789_-]\\é".unicodeScalars {
            #expect(allowed.firstRefused(in: String(scalar)) == nil)
        }
        for scalar in "dzA[^ è".unicodeScalars {
            #expect(allowed.firstRefused(in: String(scalar)) == scalar)
        }
        #expect(AllowedCharacters("^a-z").firstRefused(in: "AZ09éx") == "x")
    }

    @Test func theMessageNamesTheCharacterAndNotTheText() throws {
        let problem = try #require(StringRule(1...9, .hexadecimal).problem(in: "secret"))
        #expect(problem.contains("U+0073"))
        #expect(!problem.contains("secret"))
    }
}
