import Foundation
import Testing

@testable import Documents

@Suite struct StructureTests {
    @Test func tablesThatAreTooLongForCellsAreToldAsTextPageByPage() throws {
        let scratch = try Scratch()
        let writer = try DocumentWriter(path: scratch.file, temporaryDirectory: scratch.path, setup: Scratch.setup())
        writer.taggedCells = 40
        for name in ["short", "long", "last"] {
            try writer.heading(name)
            try writer.beginTable([DocumentColumn("A"), DocumentColumn("B")])
            for number in 0..<(name == "long" ? 120 : 5) {
                try writer.row([DocumentCell("\(name)\(number)", link: "https://example.org/\(name)"), "b"])
            }
        }
        let pages = try writer.finish().pages
        #expect(pages > 2)
        try Scratch.run("qpdf", "--check", scratch.file)
        let structure = try Scratch.run("pdfinfo", "-struct-text", scratch.file)
        #expect(structure.matches(of: /Table \(block\)/).count == 2)
        #expect(structure.matches(of: /TD\n/).count == 20)
        #expect(structure.contains("long0b") && structure.contains("long119b"))
        let links = try Scratch.run("pdfinfo", "-url", scratch.file)
        #expect(links.contains("/short") && links.contains("/last") && !links.contains("/long"))
    }

    @Test func repeatedHeadersAreToldOnce() throws {
        let scratch = try Scratch()
        let summary = try scratch.write { writer in
            try writer.beginTable([DocumentColumn("Amount")])
            for number in 0..<150 { try writer.row([DocumentCell("\(number)")]) }
        }
        #expect(summary.pages > 2)
        let structure = try Scratch.run("pdfinfo", "-struct-text", scratch.file)
        #expect(structure.matches(of: /"Amount"/).count == 1)
        #expect(structure.matches(of: /TH\n/).count == 1)
    }

    @Test func headsAndFeetOfPagesAreNotPartOfTheText() throws {
        let scratch = try Scratch()
        _ = try scratch.write { try $0.paragraph("text") }
        let structure = try Scratch.run("pdfinfo", "-struct-text", scratch.file)
        #expect(structure.contains("\"text\""))
        #expect(!structure.contains("Page 1"))
        #expect(!structure.contains("Position 41"))
    }
}
