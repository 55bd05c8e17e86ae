import Foundation
import TestSupport

/// A spreadsheet as openpyxl reads it: see `Readers/read_spreadsheet.py`.
struct ReadSpreadsheet: Decodable {
    struct Cell: Decodable, Equatable {
        var value: Value
        /// `s` text, `n` number or nothing, `d` date, `b` boolean, `f` formula.
        var type: String
        var format: String
        var bold: Bool
        var align: String
        var wrap: Bool
        var link: String?
    }

    struct Sheet: Decodable {
        var name: String
        var rows: [[Cell]]
        var frozen: String
        var filter: String
        var rightToLeft: Bool
        var widths: [String: Double]
    }

    enum Value: Decodable, Equatable {
        case nothing
        case text(String)
        case number(Double)
        case bool(Bool)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .nothing
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    var title: String
    var author: String
    var subject: String?
    var created: String
    var sheets: [Sheet]

    init(_ path: String) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Readers/read_spreadsheet.py")
        let outcome = try Program.runHere(["/usr/bin/python3", script.path, path])
        guard outcome.status == 0 else { throw Failure(errors: outcome.errors) }
        self = try JSONDecoder().decode(ReadSpreadsheet.self, from: Data(outcome.output.utf8))
    }

    struct Failure: Error {
        var errors: String
    }
}
