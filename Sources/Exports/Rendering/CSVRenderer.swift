import Spreadsheets
import Time

/// Makes CSV (RFC 4180): lines end in CR LF, fields are quoted where they have to be.
///
/// Of what a spreadsheet would take for a formula ``CSVField`` makes text (CWE-1236). Numbers, negative ones too, stay as they
/// are. Amounts are in the currency's major unit, `-12.50`. Where there is one column, nothing is written
/// as `""`: readers leave out a line that is empty.
final class CSVRenderer: ExportRenderer {
    private let file: ScratchFile
    private var columns: [ExportColumn] = []
    private var clock = ZonedTime("UTC")

    init(path: String) throws { file = try ScratchFile(path: path) }

    func begin(_ columns: [ExportColumn], _ facts: ExportFacts) throws {
        self.columns = columns
        clock = ZonedTime(facts.zone)
        try file.write { bytes in
            if facts.hasByteOrderMark { bytes += [0xEF, 0xBB, 0xBF] }
            for (index, column) in columns.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Array(column.name.utf8).withUnsafeBytes { CSVField.append($0, to: &bytes) }
            }
            bytes += [13, 10]
        }
    }

    func row(_ row: borrowing ExportRow) throws {
        try file.write { bytes in
            let start = bytes.count
            for (index, column) in columns.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                if row.isNull(index) { continue }
                switch column.kind {
                case .text, .json: row.withText(index) { CSVField.append($0, to: &bytes) }
                case .integer, .number, .day, .boolean: row.withText(index) { bytes.append(contentsOf: $0) }
                case .money:
                    let currency = row.currency
                    row.withText(index) { MinorUnits.append($0, currency, to: &bytes) }
                case .timestamp: clock.append(row.time(index), to: &bytes)
                }
            }
            if bytes.count == start { bytes += [UInt8(ascii: "\""), UInt8(ascii: "\"")] }
            bytes.append(13)
            bytes.append(10)
        }
    }

    func finish() throws -> RenderedFile {
        try file.close()
        return RenderedFile()
    }
}
