/// What kind of file a report is made into.
package enum ExportFormat: String, Sendable, Hashable, CaseIterable {
    case pdf, xlsx, csv, ndjson

    /// The media type of such a file.
    package var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .csv: "text/csv; charset=utf-8; header=present"
        case .ndjson: "application/x-ndjson"
        }
    }

    /// How many rows fit into one.
    package var rowLimit: Int64 {
        switch self {
        case .pdf: 200_000
        // A sheet has 1,048,576 rows, one of which is the header.
        case .xlsx: 1_048_575
        case .csv, .ndjson: 20_000_000
        }
    }
}
