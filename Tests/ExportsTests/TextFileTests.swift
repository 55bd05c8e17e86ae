import Foundation
import JSON
import Testing
import Time

@testable import Exports

/// CSV and NDJSON, read back by others.
@Suite struct TextFileTests {
    private static let columns = [
        ExportColumn("text"), ExportColumn("count", .integer), ExportColumn("rate", .number), .money("amount"),
        ExportColumn("day", .day), ExportColumn("at", .timestamp), ExportColumn("open", .boolean),
        ExportColumn("data", .json),
    ]

    private static func facts(zone: String = "UTC", bom: Bool = false) -> ExportFacts {
        ExportFacts(
            title: "T",
            summary: "S",
            origin: "o",
            size: 1,
            rootHash: "",
            moment: .epoch,
            choices: [],
            locale: "en",
            zone: zone,
            hasByteOrderMark: bom
        )
    }

    private static func file(
        _ make: (String) throws -> any ExportRenderer,
        _ facts: ExportFacts,
        _ rows: [ExportRow],
        of columns: [ExportColumn] = Self.columns
    ) throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let renderer = try make(path)
        try renderer.begin(columns, facts)
        for row in rows { try renderer.row(row) }
        _ = try renderer.finish()
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static func row(
        _ text: String?,
        _ count: String? = "1",
        _ amount: String? = "1250",
        _ currency: String = "EUR",
        at: Timestamp? = .epoch
    ) -> ExportRow {
        var row = ExportRow()
        row.append(text)
        row.append(count)
        row.append("-0.5")
        row.append(amount)
        row.append("2026-01-31")
        row.append(at)
        row.append("true")
        row.append(#"{"a":[1,"b"]}"#)
        row.set(currency: currency)
        return row
    }

    private static let reader = """
        import csv, json, sys
        with open(sys.argv[1], newline="", encoding="utf-8-sig") as file:
            print(json.dumps(list(csv.reader(file, strict=True))))
        """

    private static let nasties = [
        "plain", "comma, and \"quotes\"", "line\nbreak", "carriage\r\nreturn", "", " leading", "trailing ", "   ",
        "\"", "\"\"", ",", "Zoë 名前 🎓", "שלום", "a;b", "a\tb", "'quoted'",
        "a=1", "\u{FF21}nna", "\u{FF1C}1",
    ]

    @Test func pythonReadsBackWhatWasWritten() async throws {
        let bytes = try Self.file({ try CSVRenderer(path: $0) }, Self.facts(), Self.nasties.map { Self.row($0) })
        let lines = try await Outside.python(Self.reader, bytes).array ?? []
        #expect(lines.count == Self.nasties.count + 1)
        #expect(lines.first?.array?.compactMap(\.string) == Self.columns.map(\.name))
        #expect(lines.dropFirst().map { $0.array?.first?.string } == Self.nasties)
        #expect(
            lines.last?.array?.dropFirst().compactMap(\.string) == [
                "1", "-0.5", "12.50", "2026-01-31", "1970-01-01T00:00:00.000000Z", "true", #"{"a":[1,"b"]}"#,
            ]
        )
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1+cmd|'/C calc'!A0", "'-1+cmd|'/C calc'!A0"), ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"), ("   +1", "'   +1"), ("-", "'-"), ("\u{FF1D}1", "'\u{FF1D}1"), ("\u{FF0B}1", "'\u{FF0B}1"),
        ("\u{FF0D}1", "'\u{FF0D}1"), ("\u{FF20}SUM(A1)", "'\u{FF20}SUM(A1)"), (" \u{FF1D}1", "' \u{FF1D}1"),
        // Also where somebody else's fields end at `;`, a tab or the end of a line.
        ("\t=1", "'\t'=1"), (" \t=1", "' \t'=1"), ("\r=1", "'\r'=1"), ("\n=1", "'\n'=1"), (" \r=1", "' \r'=1"),
        ("a;=1+1", "a;'=1+1"), ("a\t@b", "a\t'@b"), ("a\r\n+1", "a\r\n'+1"), ("a; -1;b", "a;' -1;b"),
        ("a;\"=1", "a;'\"=1"), ("a;\u{FF1D}1", "a;'\u{FF1D}1"),
    ])
    func whatASpreadsheetWouldTakeForAFormulaIsText(_ text: String, _ expected: String) async throws {
        let bytes = try Self.file({ try CSVRenderer(path: $0) }, Self.facts(), [Self.row(text)])
        let lines = try await Outside.python(Self.reader, bytes).array ?? []
        #expect(lines.last?.array?.first?.string == expected)
    }

    private static let europeanReader = """
        import csv, json, sys
        with open(sys.argv[1], newline="", encoding="utf-8-sig") as file:
            print(json.dumps(list(csv.reader(file, delimiter=";"))))
        """

    @Test func whoTakesSemicolonsForTheEndsOfFieldsSeesNoFormulaEither() async throws {
        let texts = ["a;=1+1", "a;\"=1+1", ";=1;+1", "a\n=1;@b", "a;\n=1", "a\";=1"]
        let rows = texts.map { text in
            var row = ExportRow()
            row.append("1")
            row.append(text)
            return row
        }
        let columns = [ExportColumn("count", .integer), ExportColumn("text")]
        let bytes = try Self.file({ try CSVRenderer(path: $0) }, Self.facts(), rows, of: columns)
        let lines = try await Outside.python(Self.europeanReader, bytes).array ?? []
        let fields = lines.flatMap { $0.array?.compactMap(\.string) ?? [] }
        #expect(fields.count > texts.count)
        let formulas = fields.filter { field in
            guard let first = field.first(where: { $0 != " " && $0 != "\"" }) else { return false }
            return "=+-@".contains(first)
        }
        #expect(formulas.isEmpty, "\(formulas)")
    }

    @Test func aFileOfOneColumnKeepsItsEmptyRows() async throws {
        let values = ["a", "", nil, "b", nil]
        let rows = values.map { value in
            var row = ExportRow()
            row.append(value)
            return row
        }
        let bytes = try Self.file({ try CSVRenderer(path: $0) }, Self.facts(), rows, of: [ExportColumn("text")])
        let lines = try await Outside.python(Self.reader, bytes).array ?? []
        #expect(lines.map { $0.array?.map(\.string) } == [["text"], ["a"], [""], [""], ["b"], [""]])
    }

    @Test func numbersStayNumbersNegativeOnesToo() async throws {
        let row = Self.row("x", "-42", "-5")
        let bytes = try Self.file({ try CSVRenderer(path: $0) }, Self.facts(), [row])
        let values = try await Outside.python(Self.reader, bytes).array?.last?.array?.compactMap(\.string) ?? []
        #expect(values[1] == "-42" && values[2] == "-0.5" && values[3] == "-0.05")
    }

    @Test(arguments: [
        ("1250", "EUR", "12.50"), ("-7", "EUR", "-0.07"), ("5", "JPY", "5"), ("-1234567", "KWD", "-1234.567"),
        ("12345", "CLF", "1.2345"), ("7", "UYI", "7"), ("7", "nonsense", "0.07"),
        ("0", "EUR", "0.00"), ("123456789012345678901234567890", "EUR", "1234567890123456789012345678.90"),
    ])
    func amountsAreInTheMajorUnitOfTheirCurrency(_ minor: String, _ currency: String, _ major: String) {
        var bytes: [UInt8] = []
        Array(minor.utf8).withUnsafeBytes { MinorUnits.append($0, currency, to: &bytes) }
        #expect(String(decoding: bytes, as: UTF8.self) == major)
    }

    @Test func aByteOrderMarkComesOnlyWhereItIsAskedFor() throws {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        #expect(try Self.file({ try CSVRenderer(path: $0) }, Self.facts(bom: true), []).starts(with: mark))
        #expect(try !Self.file({ try CSVRenderer(path: $0) }, Self.facts(), []).starts(with: mark))
    }

    @Test func timesAreToldByTheClockOfTheZone() throws {
        let summer = try #require(Timestamp(rfc3339: "2026-07-01T12:00:00Z"))
        let winter = try #require(Timestamp(rfc3339: "2026-01-01T12:00:00Z"))
        func text(_ zone: String, _ moments: [Timestamp]) -> [String] {
            var clock = ZonedTime(zone)
            return moments.map { moment in
                var bytes: [UInt8] = []
                clock.append(moment, to: &bytes)
                return String(decoding: bytes, as: UTF8.self)
            }
        }
        #expect(
            text("Europe/Berlin", [summer, winter]) == [
                "2026-07-01T14:00:00.000000+02:00", "2026-01-01T13:00:00.000000+01:00",
            ]
        )
        #expect(text("America/St_Johns", [winter]) == ["2026-01-01T08:30:00.000000-03:30"])
        #expect(text("UTC", [winter]) == ["2026-01-01T12:00:00.000000Z"])
    }

    @Test func ndjsonHoldsEveryColumnOfEveryRow() throws {
        let bytes = try Self.file(
            { try NDJSONRenderer(path: $0) },
            Self.facts(),
            [Self.row("a\n\"b\"", "9007199254740993"), Self.row(nil, nil, nil, at: nil)]
        )
        let lines = try bytes.split(separator: 10).map { try JSONValue(parsing: Array($0)) }
        #expect(lines.count == 2)
        #expect(lines[0]["text"] == "a\n\"b\"" && lines[0]["amount"] == "12.50" && lines[0]["open"] == true)
        // More than a JSON number keeps.
        #expect(lines[0]["count"] == "9007199254740993")
        #expect(lines[0]["data"]?["a"]?.array?.count == 2)
        #expect(lines[1]["text"] == .null && lines[1]["at"] == .null && lines[1]["amount"] == .null)
    }
}
