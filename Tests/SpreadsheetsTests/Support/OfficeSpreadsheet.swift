import Foundation
import TestSupport

/// A spreadsheet as LibreOffice opens it: see `Readers/read_in_libreoffice.py`.
struct OfficeSpreadsheet: Decodable {
    struct Cell: Decodable, Equatable {
        /// `string`, `float`, `percentage`, `currency` or `date`.
        var type: String
        /// A number or a date; nil for text.
        var value: String?
        var currency: String?
        /// What stands on the screen.
        var shown: String
        var formula: String?
        var link: String?
    }

    struct Sheet: Decodable {
        var name: String
        /// nil for an empty cell. Empty ones at the end of a row are not there.
        var rows: [[Cell?]]
    }

    var sheets: [Sheet]

    static func open(_ path: String) async throws -> OfficeSpreadsheet {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Readers/read_in_libreoffice.py")
        let outcome = try await Program.run(["/usr/bin/python3", script.path, path])
        guard outcome.status == 0 else { throw ReadSpreadsheet.Failure(errors: outcome.errors) }
        return try JSONDecoder().decode(OfficeSpreadsheet.self, from: Data(outcome.output.utf8))
    }
}
