import Foundation
import Links
import Testing

@testable import Spreadsheets

@Suite struct LinkTests {
    @Test func addressesAreWrittenInTheCharactersOfRFC3986() throws {
        #expect(
            WebLink("https://example.org/ä b?x=(1)'\\\"<>")?.text
                == "https://example.org/%C3%A4%20b?x=%281%29%27%5C%22%3C%3E"
        )
        #expect(WebLink("HTTPS://example.org")?.text == "HTTPS://example.org")
        #expect(WebLink("mailto:a@example.org?subject=x%20y")?.text == "mailto:a@example.org?subject=x%20y")
    }

    @Test(arguments: [
        "", "example.org", "ftp://x", "https://", "mailto:", " https://x", "https://x\n", "https://x\u{7f}",
    ])
    func otherTextsAreNoLinks(text: String) {
        #expect(WebLink(text) == nil)
    }

    @Test func linksBeyondTheLimitOfAFileAreText() throws {
        let scratch = try Scratch()
        let writer = try scratch.writer()
        writer.linksLeft = 2
        try writer.beginSheet(SpreadsheetSheet(name: "Data", columns: []))
        for number in 0..<3 { try writer.row([.link("https://example.org/\(number)", text: "\(number)")]) }
        #expect(try writer.finish().plainLinks == 1)
        let rows = try #require(try ReadSpreadsheet("\(scratch.path)/file.xlsx").sheets.first?.rows)
        #expect(rows.map { $0[0].link } == ["https://example.org/0", "https://example.org/1", nil])
        #expect(rows.map { $0[0].value } == [.text("0"), .text("1"), .text("2")])
    }

    @Test func spreadsheetsAreMadeOnManyThreadsAtATime() async throws {
        let scratch = try Scratch()
        let path = scratch.path
        let files = try await withThrowingTaskGroup(of: Data.self) { group in
            for number in 0..<6 {
                group.addTask {
                    let file = "\(path)/\(number).xlsx"
                    let writer = try SpreadsheetWriter(
                        path: file,
                        temporaryDirectory: path,
                        properties: SpreadsheetProperties(title: "t", author: "a", created: Scratch.created),
                        timeZone: .gmt
                    )
                    try writer.beginSheet(SpreadsheetSheet(name: "Data", columns: [SpreadsheetColumn("A")]))
                    for row in 0..<2_000 { try writer.row([.integer(Int64(row)), .text("text \(row)")]) }
                    _ = try writer.finish()
                    return try Data(contentsOf: URL(fileURLWithPath: file))
                }
            }
            return try await group.reduce(into: Set<Data>()) { $0.insert($1) }
        }
        #expect(files.count == 1)
    }
}
