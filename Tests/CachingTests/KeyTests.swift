import Testing

@testable import Caching

struct KeyTests {
    @Test(arguments: [
        ("a*", "abc", true), ("a*", "ba", false), ("*c", "abc", true), ("*c", "cb", false), ("a*c", "ac", true),
        ("a*c", "abcd", false), ("*b*", "abc", true), ("*b*", "ac", false), ("abc", "abc", true),
        ("abc", "abcd", false),
        ("a*b*c", "a-b-b-c", true), ("*", "x", true), ("ab*ba", "aba", false), ("a**c", "abc", true),
    ])
    func aStarStandsForAnything(_ pattern: String, _ key: String, _ fits: Bool) throws {
        #expect(try #require(KeyPattern(pattern)).matches(key) == fits)
    }

    @Test(arguments: ["", "a\u{0}b", "ä", String(repeating: "a", count: 201), String(repeating: "*", count: 9), "a\nb"])
    func aBadPatternIsNone(_ text: String) { #expect(KeyPattern(text) == nil) }

    @Test(arguments: ["", "ä", "a\u{0}", "a\nb", String(repeating: "k", count: 1_025)])
    func aBadKeyIsNone(_ text: String) { #expect(CacheKey(.things, text) == nil) }

    @Test func keysOfNamespacesAreApart() throws {
        #expect(CacheKey(.things, "a") == CacheKey(.things, "a"))
        #expect(CacheKey(.things, "a") != CacheKey(.alone, "a"))
        #expect(CacheKey(.things, "a") != CacheKey(.things, "b"))
    }
}
