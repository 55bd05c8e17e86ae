import EventStore
import Events
import Foundation
import JSON
import Testing
import Time

@testable import Exports

/// Spreadsheets and documents, opened by others.
@Suite struct BookFileTests {
    private static let openpyxl = """
        import json, openpyxl, sys
        book = openpyxl.load_workbook(open(sys.argv[1], "rb"))
        print(json.dumps({
            "sheets": book.sheetnames,
            "rows": [[(cell.value if isinstance(cell.value, (int, float, str)) or cell.value is None else str(cell.value))
                for cell in row] for row in book.worksheets[0].iter_rows()],
            "types": [cell.data_type for cell in list(book.worksheets[0].iter_rows())[1]],
            "about": {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()},
        }))
        """

    private static let facts = ExportFacts(
        title: "Notes",
        summary: "What was noted.",
        origin: "log",
        size: 1,
        rootHash: "",
        moment: .epoch,
        choices: [],
        locale: "en",
        zone: "UTC",
        hasByteOrderMark: false
    )

    private func bytes(_ house: ExportHouse, _ id: String) async throws -> [UInt8] {
        try await house.service.download(id, by: Author(id: "anna"), rights: house.rights("anna")).bytes()
    }

    private static func charge(_ house: ExportHouse) async throws {
        try await house.report(
            Institution.FeeCharged(
                feeID: "f1",
                studentID: "s2",
                branchID: "north",
                kind: .tuition,
                amount: 123_456,
                currency: "EUR",
                dueOn: CalendarDay("2026-03-01")
            )
        )
    }

    private static func fees(_ format: ExportFormat) -> ExportOrder {
        var order = ExportOrder("fees-by-branch", as: format)
        order.columns = ["feeId", "student", "dueOn", "currency", "amount", "balance", "chargedAt"]
        order.locale = "de"
        return order
    }

    @Test func aSpreadsheetHasTypedCellsAndSaysWhatItIs() async throws {
        try await ExportHouse.open { house in
            try await Self.charge(house)
            let first = try await house.make("anna", Self.fees(.xlsx))
            #expect(first.state == .completed, "\(first.failure ?? "")")
            let book = try await Outside.python(Self.openpyxl, bytes(house, first.exportID))
            let rows = book["rows"]?.array?.map { $0.array ?? [] } ?? []
            #expect(rows.first?.first == "Fee ID" && rows.count == 2)
            // A formula's beginning is text.
            #expect(rows.last?[1] == "=1+1")
            #expect(book["types"]?.array?.compactMap(\.string) == ["s", "s", "d", "s", "n", "n", "d"])
            #expect(rows.last.map { $0[4] } == JSONNumber(text: "1234.56").map { .number($0) })
            #expect(book["about"]?["Root hash"]?.string == first.file?.rootHash)
            #expect(book["about"]?["As of position"]?.string == first.size.map { "\($0 - 1)" })

            var order = Self.fees(.xlsx)
            order.moment = .size(try #require(first.size))
            let second = try await house.make("anna", order)
            #expect(second.file?.sha256 == first.file?.sha256)
        }
    }

    @Test func aSpreadsheetHasAllOfATextOrIsNotMade() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func renderer(_ name: String) throws -> SpreadsheetRenderer {
            let path = "\(directory)/\(name).xlsx"
            let renderer = SpreadsheetRenderer(path: path, scratch: directory, institution: "School Group")
            try renderer.begin([ExportColumn("number", .integer), ExportColumn("note")], Self.facts)
            return renderer
        }
        func row(_ note: String) -> ExportRow {
            var row = ExportRow()
            row.append("1")
            row.append(note)
            return row
        }
        let longest = String(repeating: "x", count: 32_767)
        let whole = try renderer("whole")
        try whole.row(row(longest))
        _ = try whole.finish()
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(directory)/whole.xlsx")))
        let book = try await Outside.python(Self.openpyxl, bytes)
        #expect(book["rows"]?.array?.last?.array?.last?.string == longest)

        let refused = try renderer("refused")
        try refused.row(row("short"))
        let error = #expect(throws: ExportError.self) { try refused.row(row(longest + "x")) }
        let refusal = try #require(error)
        #expect(refusal.code == .tooLarge)
        #expect(refusal.message.contains("row 2") && refusal.message.contains("“note”"), "\(refusal)")
        // Trying again would come to the same.
        #expect(ExportFailure(refusal).isFinal)
    }

    @Test func aDocumentHasTheRowsTheirTotalsAndWhatItIs() async throws {
        try await ExportHouse.open { house in
            try await Self.charge(house)
            let first = try await house.make("anna", Self.fees(.pdf))
            #expect(first.state == .completed, "\(first.failure ?? "")")
            #expect((first.file?.pages ?? 0) >= 2)
            let path = "\(house.directory)/read.pdf"
            try Data(try await bytes(house, first.exportID)).write(to: URL(fileURLWithPath: path))
            let text = try await Outside.run("/usr/bin/pdftotext", ["-layout", path, "-"])
            #expect(text.contains("School Group") && text.contains("=1+1") && text.contains("Total EUR"))
            #expect(text.contains("1.234,56"))
            #expect(!text.contains("anna") && !text.contains(first.exportID))
            var order = Self.fees(.pdf)
            order.moment = .size(try #require(first.size))
            #expect(try await house.make("anna", order).file?.sha256 == first.file?.sha256)
        }
    }

    @Test func aDocumentHasAChartWithItsFigures() async throws {
        try await ExportHouse.open { house in
            for (course, title) in [("maths", "Maths"), ("art", "Art")] {
                try await house.report(Institution.CourseCreated(courseID: course, branchID: "north", title: title))
            }
            for (number, (course, amount)) in [("maths", 123_456), ("art", 50_000), ("maths", 100_000)].enumerated() {
                try await house.report(
                    Institution.FeeCharged(
                        feeID: "f\(number)",
                        studentID: "s2",
                        branchID: "north",
                        courseID: course,
                        kind: .tuition,
                        amount: Int64(amount),
                        currency: "EUR"
                    )
                )
            }
            let record = try await house.make("anna", ExportOrder("fees-by-branch", as: .pdf))
            #expect(record.state == .completed, "\(record.failure ?? "")")
            let path = "\(house.directory)/chart.pdf"
            try Data(try await bytes(house, record.exportID)).write(to: URL(fileURLWithPath: path))
            let text = try await Outside.run("/usr/bin/pdftotext", ["-layout", path, "-"])
            let chart = try #require(text.range(of: "Fees by course, EUR"))
            let words = text[chart.lowerBound...].split(whereSeparator: \.isWhitespace)
            // Bars first, then the figures; the larger course before the other.
            for figure in ["Maths", "2,234.56", "Art", "500.00"] { #expect(words.contains { $0 == figure }, "\(text)") }
            // Without a column that it needs there is none.
            let without = try await house.make("anna", Self.fees(.pdf))
            try Data(try await bytes(house, without.exportID)).write(to: URL(fileURLWithPath: path))
            #expect(try await !Outside.run("/usr/bin/pdftotext", [path, "-"]).contains("Fees by course"))
        }
    }

    @Test(arguments: [
        ("en", "-1234567.5", "-1,234,567.5"), ("de", "1234", "1.234"), ("de-CH", "999", "999"), ("en", "n/a", "n/a"),
        ("fr", "0.25", "0,25"),
    ])
    func numbersAreWrittenAsTheLocaleHasThem(_ locale: String, _ plain: String, _ local: String) {
        #expect(LocalText(locale).number(plain) == local)
    }
}
