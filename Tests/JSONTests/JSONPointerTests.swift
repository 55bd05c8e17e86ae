import JSON
import Testing

@Suite struct JSONPointerTests {
    /// The document and the pointers of RFC 6901, section 5.
    @Test(arguments: [
        ("/foo", #"["bar","baz"]"#), ("/foo/0", #""bar""#), ("/", "0"), ("/a~1b", "1"), ("/c%d", "2"), ("/e^f", "3"),
        ("/g|h", "4"), ("/i\\j", "5"), ("/k\"l", "6"), ("/ ", "7"), ("/m~0n", "8"),
    ])
    func theExamplesOfTheStandardHold(pointer: String, expected: String) throws {
        let document = try JSONValue(
            parsing: #"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#
        )
        let parsed = try #require(JSONPointer(pointer))
        #expect(document[parsed]?.text == expected)
        #expect(parsed.description == pointer)
        let whole = try #require(JSONPointer(""))
        #expect(document[whole] == document)
    }

    @Test(arguments: ["a", "a/b", "/~", "/~2", "/a~", "#/a"])
    func whatIsNoPointerIsRefused(text: String) {
        #expect(JSONPointer(text) == nil)
    }

    @Test(arguments: ["/a/2", "/a/-", "/a/01", "/a/+1", "/a/-1", "/b", "/a/0/x", "/a/ 1"])
    func whatIsNotThereIsNil(text: String) throws {
        let document = try JSONValue(parsing: #"{"a":[1,2]}"#)
        #expect(document[try #require(JSONPointer(text))] == nil)
    }

    @Test func tokensAreEscaped() {
        #expect(JSONPointer(tokens: ["a/b", "~"]).appending("~1").description == "/a~1b/~0/~01")
    }
}
