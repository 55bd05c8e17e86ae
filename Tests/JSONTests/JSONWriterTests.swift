import JSON
import Testing
import Time

@Suite struct JSONWriterTests {
    @Test func commasStandBetweenValuesAndNowhereElse() {
        var json = JSONWriter()
        json.object { json in
            json.member("a", 1)
            json.member(
                "b",
                array: { json in
                    json.value("x")
                    json.beginArray()
                    json.endArray()
                    json.object { _ in }
                    json.null()
                    json.value(true)
                    json.value(-1.5)
                }
            )
            json.member("c", object: { $0.member("d", JSONValue.null) })
            json.name(literal: "e")
            json.value(rawJSON: Array("{\"raw\":1}".utf8))
            json.member("f", ["p", "q"])
            json.member("g", false)
        }
        #expect(
            json.text
                == #"{"a":1,"b":["x",[],{},null,true,-1.5],"c":{"d":null},"e":{"raw":1},"f":["p","q"],"g":false}"#
        )
    }

    @Test func linesOfNDJSONNeedNoCommas() {
        var json = JSONWriter()
        for number in 1...2 {
            json.object { $0.member("n", number) }
            json.newline()
        }
        #expect(json.text == "{\"n\":1}\n{\"n\":2}\n")
    }

    @Test(arguments: [
        ("", "\"\""), ("a\"b\\c", #""a\"b\\c""#), ("\u{8}\u{c}\n\r\t", #""\b\f\n\r\t""#),
        ("\u{0}\u{1}\u{1f}", #""\u0000\u0001\u001f""#), ("é😀\u{7f}\u{2028}/", "\"é😀\u{7f}\u{2028}/\""),
        ("ends in \"", #""ends in \"""#), ("\\", #""\\""#),
    ])
    func stringsAreEscapedWhereTheyMustBe(text: String, expected: String) {
        var json = JSONWriter()
        json.value(text)
        #expect(json.text == expected)
    }

    @Test(arguments: [Int64.min, -10, -1, 0, 1, 9, 10, 99, Int64.max])
    func wholeNumbersAreWrittenInFull(number: Int64) {
        var json = JSONWriter()
        json.value(number)
        #expect(json.text == String(number))
    }

    @Test func numbersThatJSONLacksBecomeNull() {
        var json = JSONWriter()
        json.array { json in
            json.value(Double.infinity)
            json.value(Double.nan)
            json.value(0.1)
            json.value(1e300)
        }
        #expect(json.text == "[null,null,0.1,1e+300]")
        #expect(JSONNumber(Double.nan) == nil)
    }

    @Test func momentsAreRFC3339() {
        var json = JSONWriter()
        json.value(Timestamp(microseconds: 1))
        #expect(json.text == "\"1970-01-01T00:00:00.000001Z\"")
    }
}
