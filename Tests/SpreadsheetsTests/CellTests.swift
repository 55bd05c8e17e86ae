import Foundation
import Testing
import Time

@testable import Spreadsheets

@Suite struct CellTests {
    @Test func everyKindOfCellIsReadBackWithItsTypeAndFormat() throws {
        let scratch = try Scratch()
        let euro = try #require(Currency("EUR"))
        let yen = try #require(Currency("JPY"))
        let dinar = try #require(Currency("KWD"))
        let day = try #require(CalendarDay("2026-02-28"))
        let sheet = try scratch.roundTrip([
            [
                .text("Ünïcødé 数学 عربى"), .integer(-42), .decimal("-12.50"), .number(0.1), .percent(0.875),
                .money(minor: -1_234_567, euro), .money(minor: 1_500, yen), .money(minor: 1, dinar), .date(day),
                .bool(true), .bool(false), .empty, .link("https://example.org/a?b=1", text: "see"),
            ]
        ])
        let row = try #require(sheet.rows.first)
        let values: [ReadSpreadsheet.Value] = [
            .text("Ünïcødé 数学 عربى"), .number(-42), .number(-12.5), .number(0.1), .number(0.875),
            .number(-12_345.67), .number(1_500), .number(0.001), .text("2026-02-28T00:00:00"),
            .bool(true), .bool(false), .nothing, .text("see"),
        ]
        #expect(row.map(\.value) == values)
        #expect(row.map(\.type).joined() == "snnnnnnndbbns")
        #expect(
            row.map(\.format) == [
                "General", "0", "0.00", "General", "0.0%", "#,##0.00 [$EUR]", "#,##0 [$JPY]", "#,##0.000 [$KWD]",
                "yyyy-mm-dd", "General", "General", "General", "General",
            ]
        )
        #expect(row[12].link == "https://example.org/a?b=1")
    }

    @Test(arguments: [
        "=1+1", "+49 40 123", "-5", "@SUM(A1)", "\t=1", "\n=1", "=HYPERLINK(\"http://x\")", "＝1+1", "＋1", "－5", "＠A1",
        " =1+1",
    ])
    func textThatLooksLikeAFormulaStaysTextEvenWhenItIsEdited(text: String) throws {
        let scratch = try Scratch()
        let cell = try #require(try scratch.roundTrip([[.text(text)]]).rows.first?.first)
        #expect(cell.value == .text(text))
        #expect(cell.type == "s")
        #expect(cell.format == "@")
    }

    @Test func negativeNumbersStayNumbers() throws {
        let scratch = try Scratch()
        let euro = try #require(Currency("EUR"))
        let row = try #require(
            try scratch.roundTrip([[.integer(-5), .decimal("-5.5"), .money(minor: -500, euro)]]).rows.first
        )
        #expect(row.map(\.value) == [.number(-5), .number(-5.5), .number(-5)])
        #expect(row.allSatisfy { $0.type == "n" })
    }

    @Test func numbersThatWouldLoseDigitsAreText() throws {
        let scratch = try Scratch()
        let euro = try #require(Currency("EUR"))
        let row = try #require(
            try scratch.roundTrip([
                [
                    .integer(999_999_999_999_999), .integer(1_000_000_000_000_000), .integer(.min),
                    .decimal("0.123456789012345"), .decimal("1234567890.123456"), .decimal("NaN"), .decimal("1e5"),
                    .decimal(""), .number(.infinity), .money(minor: .max, euro),
                    .money(minor: 999_999_999_999_999, euro),
                ]
            ]).rows.first
        )
        #expect(
            row.map(\.value) == [
                .number(999_999_999_999_999), .text("1000000000000000"), .text("-9223372036854775808"),
                .number(0.123456789012345), .text("1234567890.123456"), .text("NaN"), .text("1e5"), .nothing,
                .text("inf"), .text("92233720368547758.07 EUR"), .number(9_999_999_999_999.99),
            ]
        )
    }

    @Test func controlCharactersAreShownAndEscapesAreNotRead() throws {
        let scratch = try Scratch()
        let sheet = try scratch.roundTrip([
            [
                .text("a\u{0}b\u{7}c"), .text("one\r\ntwo\rthree\tfour"), .text("_x0041_"), .text("\u{ffff}"),
                .text(" padded "), .text("<b>&\"'</b>"),
            ]
        ])
        let row = try #require(sheet.rows.first)
        #expect(
            row.map(\.value) == [
                .text("a\u{2400}b\u{2407}c"), .text("one\ntwo\nthree\tfour"), .text("_x005F_x0041_"), .text("\u{fffd}"),
                .text(" padded "), .text("<b>&\"'</b>"),
            ]
        )
        #expect(row[1].wrap)
    }

    @Test func longTextIsCutWhereExcelsCellEnds() throws {
        let scratch = try Scratch()
        let writer = try scratch.writer()
        try writer.beginSheet(SpreadsheetSheet(name: "Data", columns: []))
        try writer.row([
            .text(String(repeating: "x", count: 32_767)), .text(String(repeating: "x", count: 32_768)),
            .text(String(repeating: "😀", count: 20_000)),
        ])
        #expect(try writer.finish().shortened == 2)
        let row = try #require(try ReadSpreadsheet("\(scratch.path)/file.xlsx").sheets.first?.rows.first)
        #expect(row[0].value == .text(String(repeating: "x", count: 32_767)))
        #expect(row[1].value == .text(String(repeating: "x", count: 32_766) + "…"))
        #expect(row[2].value == .text(String(repeating: "😀", count: 16_383) + "…"))
    }

    @Test(arguments: [
        "javascript:alert(1)", "file:///etc/passwd", "internal:Sheet1!A1", "https://a.example/?internal:x", "http://",
        "https://a\u{1}",
    ])
    func linksToOtherPlacesThanTheWebAreText(address: String) throws {
        let scratch = try Scratch()
        let cell = try #require(try scratch.roundTrip([[.link(address, text: "here")]]).rows.first?.first)
        #expect(cell.value == .text("here"))
        #expect(cell.link == nil)
    }

    @Test func momentsAreLocalTimeInTheGivenZone() throws {
        let scratch = try Scratch()
        let times = [
            "2026-03-29T00:59:59.500000Z", "2026-03-29T01:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z",
            "1900-02-28T12:00:00Z", "1900-03-01T12:00:00Z",
        ]
        let cells = try times.map { SpreadsheetCell.timestamp(try #require(Timestamp(rfc3339: $0))) }
        let row = try #require(try scratch.roundTrip([cells], zone: "Europe/Berlin").rows.first)
        #expect(
            row.map(\.value) == [
                .text("2026-03-29T01:59:59.500000"), .text("2026-03-29T03:00:00"), .text("2026-10-25T02:30:00"),
                .text("2026-10-25T02:30:00"), .text("1900-02-28 13:00:00"), .text("1900-03-01T13:00:00"),
            ]
        )
        #expect(row[0].format == "yyyy-mm-dd hh:mm:ss")
    }

    @Test func daysBeforeProgramsAgreeAreText() throws {
        let scratch = try Scratch()
        let days = try ["1900-02-28", "1900-03-01", "9999-12-31"].map { try #require(CalendarDay($0)) }
        let row = try #require(try scratch.roundTrip([days.map { .date($0) }]).rows.first)
        #expect(row.map(\.value) == [.text("1900-02-28"), .text("1900-03-01T00:00:00"), .text("9999-12-31T00:00:00")])
    }
}
