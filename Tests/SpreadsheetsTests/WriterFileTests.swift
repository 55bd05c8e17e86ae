import Foundation
import Testing

@testable import Spreadsheets

@Suite struct WriterFileTests {
    @Test func nothingIsLeftOfASpreadsheetThatIsGivenUp() throws {
        let scratch = try Scratch()
        do {
            let writer = try scratch.writer()
            try writer.beginSheet(SpreadsheetSheet(name: "Data", columns: []))
            for number in 0..<5_000 { try writer.row([.integer(Int64(number))]) }
            #expect(scratch.names == ["file.xlsx"])
        }
        #expect(scratch.names == [])
        #expect(try Self.openFiles(in: scratch.path) == [])
    }

    @Test func onlyTheFileIsLeftInTheDirectoryAndOnlyItsOwnerReadsIt() throws {
        let scratch = try Scratch()
        _ = try scratch.roundTrip([[.integer(1)]])
        #expect(scratch.names == ["file.xlsx"])
        #expect(try Self.openFiles(in: scratch.path) == [])
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(scratch.path)/file.xlsx")
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test func aFileThatIsThereIsNotWrittenOver() throws {
        let scratch = try Scratch()
        try Data("kept".utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/file.xlsx"))
        let error = try #require(throws: SpreadsheetError.self) { try scratch.writer() }
        #expect(error.code == .file)
        #expect(try String(contentsOfFile: "\(scratch.path)/file.xlsx", encoding: .utf8) == "kept")
    }

    @Test func temporaryFilesGoNowhereElse() throws {
        let scratch = try Scratch()
        let error = try #require(throws: SpreadsheetError.self) {
            try SpreadsheetWriter(
                path: "\(scratch.path)/file.xlsx",
                temporaryDirectory: "\(scratch.path)/missing",
                properties: SpreadsheetProperties(title: "", author: "", created: Scratch.created),
                timeZone: .gmt
            )
        }
        #expect(error.code == .temporaryFile)
        #expect(scratch.names == [])
    }

    @Test func callsOutOfOrderAreRefused() throws {
        let scratch = try Scratch()
        let writer = try scratch.writer()
        #expect(try #require(throws: SpreadsheetError.self) { try writer.row([]) }.code == .order)
        #expect(try writer.finish().sheets == 1)
        #expect(try #require(throws: SpreadsheetError.self) { try writer.finish() }.code == .order)
        #expect(
            try #require(throws: SpreadsheetError.self) {
                try writer.beginSheet(SpreadsheetSheet(name: "", columns: []))
            }.code == .order
        )
        #expect(scratch.names == ["file.xlsx"])
    }

    @Test func aSheetShorterThanItsRowsIsNoticed() throws {
        let scratch = try Scratch()
        _ = try scratch.roundTrip([[.integer(1)]])
        let package = try WrittenPackage("\(scratch.path)/file.xlsx")
        try package.check([100])
        #expect(try #require(throws: SpreadsheetError.self) { try package.check([100_000]) }.code == .temporaryFile)
        #expect(throws: SpreadsheetError.self) { try package.check([100, 0]) }
    }

    @Test func moreColumnsThanASheetHasAreRefused() throws {
        let scratch = try Scratch()
        let writer = try scratch.writer()
        try writer.beginSheet(SpreadsheetSheet(name: "Wide", columns: []))
        let cells = [SpreadsheetCell](repeating: .integer(1), count: 16_385)
        #expect(try #require(throws: SpreadsheetError.self) { try writer.row(cells) }.code == .tooManyColumns)
        try writer.row(Array(cells.dropLast()))
        _ = try writer.finish()
    }

    /// What this process has open in a directory.
    private static func openFiles(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
            return target?.hasPrefix(directory) == true ? target : nil
        }
    }
}
