import Foundation
import Testing

@testable import Documents

@Suite struct TableTests {
    private let columns = [
        DocumentColumn("No.", alignment: .trailing), DocumentColumn("Student"),
        DocumentColumn("Amount", alignment: .trailing),
    ]

    @Test func everyPageRepeatsTheHeaderAndSaysItsNumber() throws {
        let scratch = try Scratch()
        let summary = try scratch.write { writer in
            try writer.beginTable(columns)
            for number in 1...200 {
                try writer.row(["\(number)", "Student \(number)", "\(number).00"].map { DocumentCell($0) })
            }
            try writer.row(["", "Total", "20,100.00"], style: .total)
        }
        #expect(summary.rows == 201)
        #expect(summary.pages > 3)
        let pages = try scratch.text().split(separator: "\u{c}")
        #expect(pages.count == summary.pages)
        for (index, page) in pages.enumerated() {
            #expect(page.contains("Page \(index + 1) of \(summary.pages)"))
            #expect(page.contains("No. Student Amount"))
            #expect(page.contains("Position 41"))
        }
        let numbers = try scratch.text().matches(of: /Student (\d+)\n?/).compactMap { Int($0.output.1) }
        #expect(numbers == Array(1...200))
        #expect(pages.last?.contains("Total 20,100.00") == true)
    }

    @Test func longTextIsWrappedAndNothingOfItIsLost() throws {
        let scratch = try Scratch()
        let words = (0..<120).map { "word\($0)" }
        _ = try scratch.write { writer in
            try writer.beginTable(columns)
            try writer.row([DocumentCell("1"), DocumentCell(words.joined(separator: " ")), DocumentCell("5.00")])
        }
        let found = try scratch.text().matches(of: /word(\d+)/).compactMap { Int($0.output.1) }
        #expect(found == Array(0..<120))
    }

    @Test func aRowHigherThanAPageGoesOnOnTheNext() throws {
        let scratch = try Scratch()
        let lines = (0..<300).map { "line\($0)" }
        let summary = try scratch.write { writer in
            try writer.beginTable(columns)
            try writer.row([DocumentCell("1"), DocumentCell(lines.joined(separator: "\n")), DocumentCell("5.00")])
        }
        #expect(summary.pages > 3)
        #expect(summary.pages < 9)
        let found = try scratch.text().matches(of: /line(\d+)/).compactMap { Int($0.output.1) }
        #expect(found == Array(0..<300))
        try Scratch.run("qpdf", "--check", scratch.file)
    }

    @Test func aRowHigherThanAPageBeginsBelowTheOneBeforeIt() throws {
        let scratch = try Scratch()
        _ = try scratch.write { writer in
            try writer.beginTable(columns)
            try writer.row(["1", "before", "1.00"])
            let lines = (0..<100).map { "line\($0)" }
            try writer.row([DocumentCell("2"), DocumentCell(lines.joined(separator: "\n"))])
        }
        let first = try #require(try scratch.text().split(separator: "\u{c}").first)
        #expect(first.contains("before") && first.contains("line0") && first.contains("line40"))
    }

    @Test func pagesAreCountedAsTheyAreDrawn() throws {
        let scratch = try Scratch()
        // Texts of every length around the width of their column, in letters that stand close together.
        for columns in [1, 5, 9, 14] {
            let summary = try scratch.write { writer in
                try writer.beginTable((0..<columns).map { DocumentColumn("\($0)", width: .share(1 / Double(columns))) })
                for number in 0..<400 {
                    let text = String(repeating: ["AV", "To", "fi", "W.", "- ", "1,"][number % 6], count: number / 4)
                    try writer.row((0..<columns).map { DocumentCell($0 == number % columns ? text : "x") })
                }
            }
            let pages = try scratch.text().matches(of: /Page (\d+) of (\d+)/).map { "\($0.output.1) \($0.output.2)" }
            #expect(pages == (1...summary.pages).map { "\($0) \(summary.pages)" })
        }
    }

    @Test func codesAreBrokenWithoutHyphens() throws {
        let scratch = try Scratch()
        let code = String(repeating: "0123456789abcdef", count: 40)
        _ = try scratch.write { writer in
            try writer.beginTable(columns)
            try writer.row([DocumentCell("1"), DocumentCell(code)])
            try writer.facts([DocumentFact("Hash", code, isCode: true)])
        }
        let text = try scratch.text().replacing("\n", with: "")
        #expect(text.components(separatedBy: code).count == 3)
    }

    @Test func missingCellsAreEmptyAndSurplusOnesAreLeftOut() throws {
        let scratch = try Scratch()
        _ = try scratch.write { writer in
            try writer.beginTable(columns)
            try writer.row(["1"])
            try writer.row(["2", "two", "2.00", "surplus"])
        }
        let text = try scratch.text()
        #expect(text.contains("2 two 2.00"))
        #expect(!text.contains("surplus"))
    }

    @Test func numbersStandAtTheEndOfTheirColumnAndTextAtItsBeginning() throws {
        let scratch = try Scratch()
        _ = try scratch.write { writer in
            try writer.beginTable(columns)
            try writer.row(["17", "Ada", "7.25"])
            try writer.row(["1000", "Grace", "123456.25"])
        }
        let places = try Self.places(scratch.file)
        #expect(abs(try #require(places["7.25"]).right - (try #require(places["123456.25"]).right)) < 0.2)
        #expect(abs(try #require(places["17"]).right - (try #require(places["1000"]).right)) < 0.2)
        #expect(abs(try #require(places["Ada"]).left - (try #require(places["Grace"]).left)) < 0.2)
    }

    @Test func linesRunFromTheRightInAnArabicDocument() throws {
        let scratch = try Scratch()
        let summary = try scratch.write(Scratch.setup("ar", rightToLeft: true)) { writer in
            try writer.beginTable([DocumentColumn("الطالب"), DocumentColumn("Amount", alignment: .trailing)])
            try writer.row(["ليلى", "55.00"])
            try writer.row(["Anna", "7.00"])
        }
        #expect(summary.missingGlyphs == 0)
        let places = try Self.places(scratch.file)
        // The first column is at the right, whatever direction its text has; numbers end at the left.
        #expect(try #require(places["Anna"]).right > 500)
        #expect(abs(try #require(places["55.00"]).left - (try #require(places["7.00"]).left)) < 0.2)
        #expect(try #require(places["55.00"]).left < 150)
    }

    @Test func hebrewInAnEnglishTableStandsWhereItsColumnBegins() throws {
        let scratch = try Scratch()
        _ = try scratch.write { writer in
            try writer.beginTable(columns)
            try writer.row(["1", "Ada", "1.00"])
            try writer.row(["2", "שלום", "2.00"])
        }
        let places = try Self.places(scratch.file)
        // Poppler gives each letter by itself, since they come from the right.
        let letters = places.filter { $0.key.unicodeScalars.contains { (0x590..<0x600).contains($0.value) } }
        let left = try #require(letters.values.map(\.left).min())
        #expect(abs(left - (try #require(places["Ada"]).left)) < 1)
    }

    /// Where words are, by poppler.
    private static func places(_ file: String) throws -> [String: (left: Double, right: Double)] {
        let text = try Scratch.run("pdftotext", "-bbox", file, "-")
        var places: [String: (left: Double, right: Double)] = [:]
        for match in text.matches(of: /xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)</) {
            guard let left = Double(match.output.1), let right = Double(match.output.2) else { continue }
            places[String(match.output.3)] = (left, right)
        }
        return places
    }
}
