import JSON
import Testing
import Time

@testable import HTTPAPI

/// Lines of CSV: RFC 4180, and safe to open in a spreadsheet.
@Suite struct CSVTests {
    private func line(_ cell: Cell) -> String {
        let columns = Columns<Int>(
            "Row",
            .init("a", .any) { _ in cell },
            .init("b", .integer()) { .integer(Int64($0)) }
        )
        var bytes: [UInt8] = []
        CSVLine.append(-7, columns, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\nb", "\"a\nb\""),
        ("a;b", "\"a;b\""), ("a\tb", "\"a\tb\""), ("a;b=1", "\"a;b=1\""), ("é", "é"),
    ])
    func textIsQuotedWhereItHasToBe(text: String, expected: String) {
        #expect(line(.string(text)) == "\(expected),-7\r\n")
    }

    @Test(arguments: [
        "=1+1", "+1", "-1", "@SUM(A1)", "\u{0}x", " =1", "   -1", "\u{FF1D}1", "\u{FF0B}1", "\u{FF0D}1",
        "\u{FF20}SUM(A1)", " \u{FF1D}1",
    ])
    func aFormulaBecomesText(text: String) {
        #expect(line(.string(text)) == "'\(text),-7\r\n")
    }

    @Test(arguments: [
        ("\tx", "'\tx"), ("\t=1", "'\t'=1"), (" \t=1", "' \t'=1"), ("\r=1", "'\r'=1"), ("\n=1", "'\n'=1"),
        (" \n=1", "' \n'=1"), ("a;=1", "a;'=1"), ("a;;  @b", "a;;'  @b"), ("a\tb\t+1", "a\tb\t'+1"),
        ("a\r\n-1", "a\r\n'-1"), ("a;\u{FF1D}1", "a;'\u{FF1D}1"), ("a;\"=1", "a;'\"\"=1"), ("=1;=2", "'=1;'=2"),
    ])
    func aFormulaBehindWhatMayEndAFieldBecomesText(text: String, expected: String) {
        #expect(line(.string(text)) == "\"\(expected)\",-7\r\n")
    }

    @Test(arguments: ["a=1", " a", "   ", "\u{FF21}nna", "\u{FF85}", "\u{FF1C}1", "1-1", "\u{E9}=1"])
    func whatIsNoFormulaStaysAsItIs(text: String) {
        #expect(line(.string(text)) == "\(text),-7\r\n")
    }

    @Test func numbersStayNumbers() {
        #expect(line(.integer(-3)) == "-3,-7\r\n")
        #expect(line(.boolean(true)) == "true,-7\r\n")
        #expect(line(.null) == ",-7\r\n")
        #expect(line(.timestamp(.epoch)) == "1970-01-01T00:00:00.000000Z,-7\r\n")
        #expect(line(.json([UInt8](#"{"a":1}"#.utf8))) == "\"{\"\"a\"\":1}\",-7\r\n")
    }
}
