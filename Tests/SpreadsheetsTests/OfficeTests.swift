import Foundation
import Testing
import Time

@testable import Spreadsheets

/// What people see who open a spreadsheet in LibreOffice.
@Suite struct OfficeTests {
    /// Type, value and what is shown, cell by cell. What a truth is kept as depends on the release.
    private static func cells(_ row: [OfficeSpreadsheet.Cell?]) -> [[String]] {
        row.map { cell in
            guard let cell else { return [] }
            let isTruth = ["TRUE 1", "FALSE 0", "TRUE true", "FALSE false"].contains(
                "\(cell.shown) \(cell.value ?? "")"
            )
            return isTruth ? ["truth", cell.shown] : [cell.type, cell.value ?? "", cell.shown]
        }
    }

    @Test func everyKindOfCellIsWhatItWasWrittenAs() async throws {
        let scratch = try Scratch()
        let euro = try #require(Currency("EUR"))
        let yen = try #require(Currency("JPY"))
        let day = try #require(CalendarDay("2026-02-28"))
        let moment = try #require(Timestamp(rfc3339: "2026-07-01T10:00:00Z"))
        let writer = try scratch.writer(zone: "Europe/Berlin")
        try writer.beginSheet(
            SpreadsheetSheet(name: "Data", columns: [SpreadsheetColumn("A"), SpreadsheetColumn("B")])
        )
        try writer.row([
            .text("Ünïcødé 数学 عربى"), .text("one\ntwo"), .integer(-42), .decimal("-12.50"), .percent(0.875), .empty,
            .money(minor: -1_234_567, euro), .money(minor: 1_500, yen), .date(day), .timestamp(moment), .bool(true),
            .bool(false), .link("https://example.org/a?b=1", text: "see"), .integer(1_000_000_000_000_000),
        ])
        try writer.row([.text("  padded "), .text("<b>&\"'</b>"), .text("12"), .text("2026-02-28"), .text("1e5")])
        try writer.row([.text("Total"), .integer(3)], style: .total)
        try writer.beginSheet(SpreadsheetSheet(name: "عربى & more", columns: []))
        try writer.row([.number(0.1)])
        _ = try writer.finish()
        let book = try await OfficeSpreadsheet.open("\(scratch.path)/file.xlsx")
        #expect(book.sheets.map(\.name) == ["Data", "عربى & more"])
        let rows = try #require(book.sheets.first?.rows)
        try #require(rows.count == 4)
        #expect(Self.cells(rows[0]) == [["string", "", "A"], ["string", "", "B"]])
        let expected: [[String]] = [
            ["string", "", "Ünïcødé 数学 عربى"], ["string", "", "one\ntwo"], ["float", "-42", "-42"],
            ["float", "-12.5", "-12.50"], ["percentage", "0.875", "87.5%"], [],
            ["currency", "-12345.67", "-12,345.67 EUR"], ["currency", "1500", "1,500 JPY"],
            ["date", "2026-02-28", "2026-02-28"], ["date", "2026-07-01T12:00:00", "2026-07-01 12:00:00"],
            ["truth", "TRUE"], ["truth", "FALSE"], ["string", "", "see"],
            ["string", "", "1000000000000000"],
        ]
        let seen = Self.cells(rows[1])
        #expect(seen.count == expected.count)
        for (seen, expected) in zip(seen, expected) { #expect(seen == expected) }
        #expect(rows[1][6]?.currency == "EUR")
        #expect(rows[1][12]?.link == "https://example.org/a?b=1")
        #expect(rows[2].map { $0?.shown } == ["  padded ", "<b>&\"'</b>", "12", "2026-02-28", "1e5"])
        #expect(rows[2].allSatisfy { $0?.type == "string" })
        #expect(Self.cells(rows[3]) == [["string", "", "Total"], ["float", "3", "3"]])
        #expect(Self.cells(book.sheets[1].rows[0]) == [["float", "0.1", "0.1"]])
    }

    @Test func nothingThatIsTextIsCalculated() async throws {
        let scratch = try Scratch()
        let texts = [
            "=1+1", "+49 40 123", "-5", "@SUM(A1)", "=HYPERLINK(\"http://x\")", "＝1+1", " =1+1", "=cmd|' /C calc'!A0",
        ]
        let writer = try scratch.writer()
        try writer.beginSheet(SpreadsheetSheet(name: "Data", columns: []))
        try writer.row(texts.map { .text($0) })
        _ = try writer.finish()
        let book = try await OfficeSpreadsheet.open("\(scratch.path)/file.xlsx")
        let row = try #require(book.sheets.first?.rows.first)
        #expect(row.map { $0?.shown } == texts)
        #expect(row.allSatisfy { $0?.formula == nil && $0?.type == "string" })
    }
}
