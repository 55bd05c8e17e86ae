import Exports
import JSON

/// A format that a request names by its path.
protocol NamedFormat: Sendable {
    static func format(reading reader: inout JSONReader) -> ExportFormat
    static var members: [Schema.Member] { get }
}

/// `POST /exports/pdf`.
enum PDFFormat: NamedFormat {
    static let members: [Schema.Member] = []
    static func format(reading reader: inout JSONReader) -> ExportFormat { .pdf }
}

/// `POST /exports/excel`.
enum ExcelFormat: NamedFormat {
    static let members: [Schema.Member] = []
    static func format(reading reader: inout JSONReader) -> ExportFormat { .xlsx }
}

/// `POST /exports/csv`: text of either kind.
enum TextFormat: NamedFormat {
    private enum Kind: String, CaseIterable { case csv, ndjson }

    static let members: [Schema.Member] = [
        .optional("format", .oneOf(["csv", "ndjson"]).described("csv if left out"))
    ]
    static func format(reading reader: inout JSONReader) -> ExportFormat {
        reader.choice("format", default: Kind.csv) == .csv ? .csv : .ndjson
    }
}

/// Any of them.
enum AnyFormat: NamedFormat {
    static let members: [Schema.Member] = [.required("format", .oneOf(ExportFormat.allCases.map(\.rawValue)))]
    static func format(reading reader: inout JSONReader) -> ExportFormat { reader.choice("format") }
}
