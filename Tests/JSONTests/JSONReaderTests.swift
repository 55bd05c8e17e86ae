import JSON
import Testing
import Time

@Suite struct JSONReaderTests {
    private enum Color: String, CaseIterable {
        case red
        case green
    }

    @Test func membersAreReadWhateverTheirOrder() throws {
        var reader = JSONReader(
            try JSONValue(
                parsing: """
                    {"list":["a","b"],"flag":true,"when":"2026-01-01T00:00:00Z","count":7,"color":"green","name":"x",
                    "inner":{"id":"i"},"items":[{"id":"1"},{"id":"2"}],"any":[1],"ratio":0.5}
                    """
            )
        )
        let name = reader.string("name", StringRule(1...10))
        #expect(name == "x")
        let count = reader.integer("count")
        #expect(count == 7)
        let flag = reader.bool("flag")
        #expect(flag)
        let moment = reader.timestamp("when").rfc3339
        #expect(moment == "2026-01-01T00:00:00.000000Z")
        let color = reader.choice("color", of: Color.self)
        #expect(color == .green)
        let list = reader.strings("list", each: StringRule(1...1), count: 0...2)
        #expect(list == ["a", "b"])
        let inner = reader.nested("inner") { $0.string("id", StringRule(1...1)) }
        #expect(inner == "i")
        let items = reader.list("items", count: 1...2) { $0.string("id", StringRule(1...1)) }
        #expect(items == ["1", "2"])
        let anything = reader.value("any")
        #expect(anything == [1])
        let ratio = reader.number("ratio")
        #expect(ratio == 0.5)
        try reader.finish()
    }

    @Test func absentMembersAreNilOrTheirDefault() throws {
        var reader = JSONReader(.object([:]))
        let string = reader.stringIfPresent("a", StringRule(1...1))
        #expect(string == nil)
        let stringOrDefault = reader.string("b", StringRule(1...9), default: "fallback")
        #expect(stringOrDefault == "fallback")
        let integer = reader.integerIfPresent("c")
        #expect(integer == nil)
        let integerOrDefault = reader.integer("d", default: 5)
        #expect(integerOrDefault == 5)
        let boolOrDefault = reader.bool("e", default: true)
        #expect(boolOrDefault)
        let moment = reader.timestampIfPresent("f")
        #expect(moment == nil)
        let choiceOrDefault = reader.choice("g", default: Color.green)
        #expect(choiceOrDefault == .green)
        let strings = reader.stringsIfPresent("h", each: StringRule(1...1), count: 0...1)
        #expect(strings == nil)
        let object = reader.objectIfPresent("i")
        #expect(object == nil)
        let nested = reader.nested("j", required: false) { _ in 1 }
        #expect(nested == nil)
        try reader.finish()
    }

    @Test func everyProblemIsNamedByItsPointer() throws {
        var reader = JSONReader(
            try JSONValue(
                parsing: """
                    {"name":"","count":1.0,"flag":"true","when":"today","color":"blue","list":["a",1,"a","bb"],
                    "inner":{"id":5,"more":null},"items":[{"id":"1"},{}],"any":null,"strange/member":0}
                    """
            ),
            at: "/data"
        )
        _ = reader.string("name", StringRule(1...10))
        _ = reader.integer("count")
        _ = reader.bool("flag")
        _ = reader.timestamp("when")
        _ = reader.choice("color", of: Color.self)
        _ = reader.strings("list", each: StringRule(1...1), count: 0...9, unique: true)
        _ = reader.nested("inner") { $0.string("id", StringRule(1...1)) }
        _ = reader.list("items", count: 0...9) { $0.string("id", StringRule(1...1)) }
        _ = reader.stringIfPresent("any", StringRule(1...1))
        _ = reader.string("missing", StringRule(1...1))
        let error = #expect(throws: JSONDecodingError.self) { try reader.finish() }
        #expect(
            error?.problems.map(\.pointer) == [
                "/data/name", "/data/count", "/data/flag", "/data/when", "/data/color", "/data/list/1", "/data/list/2",
                "/data/list/3", "/data/inner/id", "/data/inner/more", "/data/items/1/id", "/data/any", "/data/missing",
                "/data/strange~1member",
            ]
        )
    }

    @Test(arguments: ["9007199254740992", "-9007199254740992", "1e3", "1.0", "99999999999999999999", "\"1\"", "null"])
    func onlyPlainSafeIntegersAreWholeNumbers(text: String) throws {
        var reader = JSONReader(try JSONValue(parsing: "{\"n\":\(text)}"))
        _ = reader.integer("n")
        #expect(throws: JSONDecodingError.self) { try reader.finish() }
    }

    @Test func aMemberCanDeclareAWiderRange() throws {
        var reader = JSONReader(try JSONValue(parsing: "{\"n\":9223372036854775807}"))
        let widest = reader.integer("n", in: .min ... .max)
        #expect(widest == .max)
        try reader.finish()
    }

    @Test func whatIsNoObjectIsOneProblem() {
        var reader = JSONReader([1], at: "/data")
        _ = reader.string("a", StringRule(1...1))
        _ = reader.integer("b")
        let error = #expect(throws: JSONDecodingError.self) { try reader.finish() }
        #expect(error?.problems.map(\.description) == ["/data: An object was expected, not an array."])
    }

    @Test func theListOfProblemsIsBounded() throws {
        let elements = Array(repeating: JSONValue.null, count: 5_000)
        var reader = JSONReader(.object(["a": .array(elements), "b": .object(["x": 1])]))
        _ = reader.strings("a", each: StringRule(0...1), count: 0...10_000)
        _ = reader.nested("b") { _ in }
        #expect(reader.problems.count == JSONReader.maximumProblems)
    }

    @Test func membersBeyondTheSixtyFourthAreStillToldApart() throws {
        var object = JSONObject()
        for index in 0..<200 { object["m\(index)"] = 1 }
        var reader = JSONReader(.object(object))
        for index in 0..<199 { _ = reader.integer("m\(index)") }
        let error = #expect(throws: JSONDecodingError.self) { try reader.finish() }
        #expect(error?.problems.map(\.pointer) == ["/m199"])
    }

    @Test func freeJSONIsBoundedInBytes() {
        var reader = JSONReader(.object(["a": "1234567", "b": .object([:])]))
        _ = reader.value("a", maximumBytes: 8)
        _ = reader.object("b", maximumBytes: 2)
        let error = #expect(throws: JSONDecodingError.self) { try reader.finish() }
        #expect(error?.problems.map(\.pointer) == ["/a"])
    }
}
