import Foundation
import Spreadsheets
import Testing
import Time

@testable import Spreadsheets

/// A directory that is gone afterwards.
struct Scratch: ~Copyable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("sheets-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// What is in it.
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    static let created = Timestamp(microseconds: 1_770_000_000_000_000)

    /// Begins a spreadsheet of this name.
    func writer(
        _ name: String = "file.xlsx",
        zone: String = "UTC",
        rowsPerSheet: Int = 1_048_576
    ) throws -> SpreadsheetWriter {
        try SpreadsheetWriter(
            path: "\(path)/\(name)",
            temporaryDirectory: path,
            properties: SpreadsheetProperties(
                title: "Fees <2026> & more",
                author: "Nordhaus",
                created: Self.created,
                subject: "By course"
            ),
            timeZone: #require(TimeZone(identifier: zone)),
            rowsPerSheet: rowsPerSheet
        )
    }

    /// Writes one sheet and reads it again.
    func roundTrip(
        _ rows: [[SpreadsheetCell]],
        columns: [SpreadsheetColumn] = [],
        zone: String = "UTC"
    ) throws -> ReadSpreadsheet.Sheet {
        let writer = try writer(zone: zone)
        try writer.beginSheet(SpreadsheetSheet(name: "Data", columns: columns))
        for row in rows { try writer.row(row) }
        _ = try writer.finish()
        return try #require(try ReadSpreadsheet("\(path)/file.xlsx").sheets.first)
    }
}
