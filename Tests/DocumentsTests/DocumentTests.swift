import Foundation
import Testing

@testable import Documents

@Suite struct DocumentTests {
    /// A document of everything there is.
    static func fill(_ writer: DocumentWriter) throws {
        try writer.cover(
            DocumentCover(
                institution: "Nordhaus School Group",
                title: "Fees by course",
                subtitle: "School year 2025/2026",
                facts: [
                    DocumentFact("Branch", "North, South"), DocumentFact("As of", "2026-02-02 03:40 Europe/Berlin"),
                    DocumentFact("Checkpoint", "daybook.example\n41\nq8Vf0Zk4\n— sig", isCode: true),
                ],
                note: "Made from position 41 of the log."
            )
        )
        try writer.heading("Overview")
        try writer.paragraph("All amounts in euro.")
        try writer.facts([DocumentFact("Courses", "12")])
        try writer.chart(
            DocumentChart(
                .bars,
                title: "Paid and open",
                categories: ["Jan", "Feb", "Mar"],
                series: [.init("Paid", [10, 20, 30]), .init("Open", [5, -5, .nan])],
                description: "Paid rises from 10 to 30."
            )
        )
        try writer.heading("Details", level: 2)
        try writer.beginTable([DocumentColumn("Course"), DocumentColumn("Amount", alignment: .trailing)])
        try writer.row([DocumentCell("Art", link: "https://example.org/a(b)'c"), "5.00"])
        try writer.row(["数学 математика ریاضی गणित คณิตศาสตร์ μαθηματικά", "7.00"], style: .total)
        try writer.heading("Appendix")
        try writer.chart(
            DocumentChart(
                .lines,
                title: "Attendance",
                categories: (1...30).map { "\($0)" },
                series: [.init("Share", (1...30).map { 0.9 + Double($0 % 7) / 100 })],
                description: "Between 90 and 96 %."
            )
        )
    }

    @Test func theFileIsWellFormedAndItsFontsAreEmbedded() throws {
        let scratch = try Scratch()
        let summary = try scratch.write { try Self.fill($0) }
        #expect(summary.missingGlyphs == 0)
        let check = try Scratch.run("qpdf", "--check", scratch.file)
        #expect(check.contains("No syntax or stream encoding errors found"))
        let fonts = try Scratch.run("pdffonts", scratch.file).split(separator: "\n").dropFirst(2)
        #expect(fonts.count > 3)
        // Columns from the right: object, generation, unicode, subset, embedded.
        for font in fonts {
            #expect(font.split(separator: " ").suffix(5).prefix(3) == ["yes", "yes", "yes"], "\(font)")
        }
    }

    @Test func theFileSaysWhatItIs() throws {
        let scratch = try Scratch()
        let summary = try scratch.write { try Self.fill($0) }
        let information = try Scratch.run("pdfinfo", "-isodates", scratch.file)
        for line in [
            "Title:           Fees (2026) \\ Straße", "Author:          Nordhaus", "Subject:         By course",
            "CreationDate:    2026-02-02T02:40:00Z", "Tagged:          yes", "Pages:           \(summary.pages)",
            "Page size:       595.276 x 841.89 pts (A4)", "JavaScript:      no",
        ] {
            #expect(information.contains(line), "\(information)")
        }
        let catalog = try Scratch.run("qpdf", "--json=1", "--json-key=objects", scratch.file)
        #expect(catalog.contains("\"/Lang\": \"u:en\"") || catalog.contains("\"/Lang\": \"en\""))
        #expect(catalog.contains("\"/DisplayDocTitle\": true"))
    }

    @Test func whatIsReadAloudIsInOrderAndKnowsTablesAndHeadings() throws {
        let scratch = try Scratch()
        _ = try scratch.write { try Self.fill($0) }
        let structure = try Scratch.run("pdfinfo", "-struct-text", scratch.file)
        var rest = structure[...]
        for part in [
            "Document", "H (block)", "\"Fees by course\"", "H1 (block)", "\"Overview\"", "\"All amounts in euro.\"",
            "Figure", "H2 (block)", "\"Details\"", "Table", "TR", "TH", "\"Course\"", "TH", "\"Amount\"", "TR", "TD",
            "Link", "\"Art\"", "TD", "\"5.00\"", "H1 (block)", "\"Appendix\"",
        ] {
            guard let range = rest.range(of: part) else {
                Issue.record("\(part) is missing in:\n\(structure)")
                return
            }
            rest = rest[range.upperBound...]
        }
    }

    @Test func scriptsOfEveryKindAreReadBackAsTheyWere() throws {
        let scratch = try Scratch()
        let names = [
            "Émilie du Châtelet", "Софья Ковалевская", "محمد الخوارزمي", "שלום עולם", "आर्यभट", "祖冲之", "Hiroshi 湯川秀樹",
            "Στράβων", "สมชาย", "አበበ", "Nguyễn Văn", "ვახტანგ",
        ]
        let summary = try scratch.write { writer in
            try writer.beginTable([DocumentColumn("Name")])
            for name in names { try writer.row([DocumentCell(name)]) }
        }
        #expect(summary.missingGlyphs == 0)
        // Of poppler's two readers one puts gaps between Arabic letters, the other does not know of ActualText.
        let read = try Scratch.run("pdftotext", scratch.file, "-")
        let told = try Scratch.run("pdfinfo", "-struct-text", scratch.file)
        for name in names { #expect(read.contains(name) || told.contains("\"\(name)\""), "\(name) in \(read)\(told)") }
    }

    @Test func headingsAreBookmarksBelowEachOther() throws {
        let scratch = try Scratch()
        _ = try scratch.write { try Self.fill($0) }
        let json = try Scratch.run("qpdf", "--json=1", "--json-key=outlines", scratch.file)
        let read = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let outlines = try #require(read["outlines"] as? [[String: Any]])
        #expect(outlines.map { $0["title"] as? String } == ["Overview", "Appendix"])
        let below = try #require(outlines[0]["kids"] as? [[String: Any]])
        #expect(below.map { $0["title"] as? String } == ["Details"])
        #expect(below[0]["destpageposfrom1"] as? Int == 2)
    }

    @Test func linksGoToTheWebOnlyAndCannotBreakOutOfTheirString() throws {
        let scratch = try Scratch()
        _ = try scratch.write { writer in
            try writer.beginTable([DocumentColumn("Link")])
            try writer.row([DocumentCell("a", link: "https://example.org/a(b)'c\\d")])
            try writer.row([DocumentCell("b", link: "javascript:alert(1)")])
        }
        let links = try Scratch.run("pdfinfo", "-url", scratch.file)
        #expect(links.contains("https://example.org/a%28b%29%27c%5Cd"))
        #expect(!links.contains("javascript"))
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let scratch = try Scratch()
        _ = try scratch.write { try Self.fill($0) }
        let first = try Data(contentsOf: URL(fileURLWithPath: scratch.file))
        _ = try scratch.write { try Self.fill($0) }
        #expect(first == (try Data(contentsOf: URL(fileURLWithPath: scratch.file))))
        #expect(first.count > 10_000)
    }

    @Test func pagesHaveTheSizeThatWasAsked() throws {
        let scratch = try Scratch()
        _ = try scratch.write(Scratch.setup(landscape: true, paper: .letter)) { try $0.paragraph("x") }
        #expect(try Scratch.run("pdfinfo", scratch.file).contains("792 x 612 pts (letter)"))
    }

    @Test func controlCharactersDoNotEndText() throws {
        let scratch = try Scratch()
        _ = try scratch.write { try $0.paragraph("before\u{0}after\r\nnext") }
        let text = try scratch.text()
        #expect(text.contains("before\u{fffd}after\nnext"))
        let none = ([0xffff, 0xfdd0, 0x10fffe] as [UInt32]).compactMap { Unicode.Scalar($0).map { String($0) } }
        _ = try scratch.write { try $0.heading("a" + none.joined(separator: "b") + "c") }
        let replaced = try scratch.text()
        #expect(none.count == 3 && replaced.contains("a\u{fffd}b\u{fffd}b\u{fffd}c"))
    }

    @Test func charactersThatNoFontHasAreCounted() throws {
        let scratch = try Scratch()
        #expect(try scratch.write { try $0.paragraph("a\u{f0001}b\u{f0000}") }.missingGlyphs == 2)
    }
}
