import Spreadsheets

/// Lines of CSV (RFC 4180) that a spreadsheet will not take for formulas.
enum CSVLine {
    /// Appends the header line.
    static func appendHeader<Row>(_ columns: Columns<Row>, to bytes: inout [UInt8]) {
        for (index, column) in columns.columns.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(text: column.name, to: &bytes)
        }
        bytes.append(contentsOf: "\r\n".utf8)
    }

    /// Appends one thing.
    static func append<Row>(_ row: Row, _ columns: Columns<Row>, to bytes: inout [UInt8]) {
        for (index, column) in columns.columns.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            switch column.cell(row) {
            case .null: break
            case .string(let string): append(text: string, to: &bytes)
            case .integer(let integer): bytes.append(contentsOf: String(integer).utf8)
            case .boolean(let boolean): bytes.append(contentsOf: (boolean ? "true" : "false").utf8)
            case .timestamp(let timestamp): timestamp.appendRFC3339(to: &bytes)
            case .json(let json): append(text: String(decoding: json, as: UTF8.self), to: &bytes)
            }
        }
        bytes.append(contentsOf: "\r\n".utf8)
    }

    /// A line of texts.
    static func line(_ fields: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(text: field, to: &bytes)
        }
        bytes.append(contentsOf: "\r\n".utf8)
        return bytes
    }

    private static func append(text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { CSVField.append(UnsafeRawBufferPointer($0), to: &bytes) }
    }
}
