import Foundation
import Testing
import Time

@testable import Spreadsheets

@Suite struct SheetTests {
    @Test func theHeaderIsFrozenAndFiltersTheRowsButNotTheTotal() throws {
        let scratch = try Scratch()
        let writer = try scratch.writer()
        try writer.beginSheet(
            SpreadsheetSheet(
                name: "Fees",
                columns: [SpreadsheetColumn("Course"), SpreadsheetColumn("Amount", width: 14, alignment: .trailing)]
            )
        )
        try writer.row([.text("Mathematics for the third year"), .integer(1)])
        try writer.row([.text("Art"), .integer(2)])
        try writer.row([.text("Total"), .integer(3)], style: .total)
        #expect(
            try writer.finish() == SpreadsheetWriter.Summary(sheets: 1, rows: 3, shortened: 0, plainLinks: 0)
        )
        let book = try ReadSpreadsheet("\(scratch.path)/file.xlsx")
        let sheet = try #require(book.sheets.first)
        #expect(sheet.name == "Fees")
        #expect(sheet.rows.map { $0.map(\.value) }[0] == [.text("Course"), .text("Amount")])
        #expect(sheet.rows.map { $0[0].bold } == [true, false, false, true])
        #expect(sheet.frozen == "A2")
        #expect(sheet.filter == "A1:B3")
        #expect(sheet.rows[1][1].align == "right")
        #expect(try #require(sheet.widths["A"]) > 30)
        #expect(abs(try #require(sheet.widths["B"]) - 14.7) < 0.1)
        #expect(book.title == "Fees <2026> & more")
        #expect(book.author == "Nordhaus")
        #expect(book.created == "2026-02-02T02:40:00")
    }

    @Test func aFullSheetGoesOnInAnotherWithTheSameHeader() throws {
        let scratch = try Scratch()
        let writer = try scratch.writer(rowsPerSheet: 4)
        try writer.beginSheet(SpreadsheetSheet(name: "Rows", columns: [SpreadsheetColumn("No.")]))
        for number in 1...7 { try writer.row([.integer(Int64(number))]) }
        #expect(try writer.finish().sheets == 3)
        let sheets = try ReadSpreadsheet("\(scratch.path)/file.xlsx").sheets
        #expect(sheets.map(\.name) == ["Rows", "Rows (2)", "Rows (3)"])
        let values = sheets.map { $0.rows.map { $0[0].value } }
        #expect(values[0] == [.text("No."), .number(1), .number(2), .number(3)])
        #expect(values[2] == [.text("No."), .number(7)])
        #expect(sheets.allSatisfy { $0.frozen == "A2" })
    }

    @Test func theSameInputGivesTheSameBytesLater() throws {
        let scratch = try Scratch()
        for name in ["one.xlsx", "two.xlsx"] {
            let writer = try scratch.writer(name)
            try writer.beginSheet(SpreadsheetSheet(name: "Data", columns: [SpreadsheetColumn("A")]))
            for number in 0..<5_000 { try writer.row([.integer(Int64(number)), .text("=\(number)"), .bool(true)]) }
            _ = try writer.finish()
            // Times in an archive have steps of two seconds.
            Thread.sleep(forTimeInterval: name == "one.xlsx" ? 2.1 : 0)
        }
        let one = try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/one.xlsx"))
        #expect(one == (try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/two.xlsx"))))
        #expect(one.count > 10_000)
    }

    @Test func columnsBeginAtTheRightWhereAsked() throws {
        let scratch = try Scratch()
        let writer = try scratch.writer()
        try writer.beginSheet(
            SpreadsheetSheet(
                name: "الرسوم",
                columns: [SpreadsheetColumn("الطالب", alignment: .leading)],
                rightToLeft: true
            )
        )
        try writer.row([.text("ليلى")])
        _ = try writer.finish()
        let sheet = try #require(try ReadSpreadsheet("\(scratch.path)/file.xlsx").sheets.first)
        #expect(sheet.rightToLeft)
        #expect(sheet.rows[1][0].align == "right")
    }

    @Test func namesOfSheetsAreMadeFitAndUnique() {
        var names = SheetNames()
        #expect(names.name(for: "a/b:c*[d]?\\\u{7}") == "a_b_c__d____")
        #expect(names.name(for: "'quoted'") == "_quoted_")
        #expect(names.name(for: "") == "Sheet")
        #expect(names.name(for: "sheet") == "sheet (2)")
        #expect(names.name(for: "History") == "History_")
        #expect(names.name(for: String(repeating: "x", count: 40)) == String(repeating: "x", count: 31))
        #expect(names.name(for: String(repeating: "X", count: 31)) == String(repeating: "X", count: 27) + " (2)")
        #expect(names.name(for: String(repeating: "😀", count: 20)) == String(repeating: "😀", count: 15))
    }

    @Test func minorUnitsFollowISO4217() throws {
        #expect(try #require(Currency("EUR")).text(minor: -5) == "-0.05")
        #expect(try #require(Currency("JPY")).text(minor: 1_500) == "1500")
        #expect(try #require(Currency("KWD")).text(minor: 12_345) == "12.345")
        #expect(try #require(Currency("EUR")).text(minor: .min) == "-92233720368547758.08")
        #expect(try #require(Currency("CHF")).code == "CHF")
        for code in ["eur", "EU", "EURO", "E1R", "ÄBC"] { #expect(Currency(code) == nil) }
    }
}
