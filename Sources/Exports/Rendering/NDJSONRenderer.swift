import JSON
import Time

/// Makes NDJSON: a JSON object a line, with all columns in order. Amounts and numbers are strings where a JSON number would
/// not keep them.
final class NDJSONRenderer: ExportRenderer {
    private let file: ScratchFile
    private var columns: [ExportColumn] = []
    private var clock = ZonedTime("UTC")
    private var time: [UInt8] = []

    init(path: String) throws { file = try ScratchFile(path: path) }

    func begin(_ columns: [ExportColumn], _ facts: ExportFacts) throws {
        self.columns = columns
        clock = ZonedTime(facts.zone)
    }

    func row(_ row: borrowing ExportRow) throws {
        var json = JSONWriter(reservingCapacity: 512)
        json.beginObject()
        for index in columns.indices {
            json.name(columns[index].name)
            if row.isNull(index) {
                json.null()
                continue
            }
            switch columns[index].kind {
            case .text, .day: json.value(row.text(index))
            case .json: row.withText(index) { json.value(rawJSON: $0) }
            case .boolean: json.value(row.withText(index) { $0.first == UInt8(ascii: "t") })
            case .integer:
                let text = row.text(index)
                if let number = Int64(text), JSONReader.safeIntegers.contains(number) {
                    json.value(number)
                } else {
                    json.value(text)
                }
            case .number: json.value(row.text(index))
            case .money:
                time.removeAll(keepingCapacity: true)
                let currency = row.currency
                row.withText(index) { MinorUnits.append($0, currency, to: &time) }
                json.value(String(decoding: time, as: UTF8.self))
            case .timestamp:
                time.removeAll(keepingCapacity: true)
                clock.append(row.time(index), to: &time)
                json.value(String(decoding: time, as: UTF8.self))
            }
        }
        json.endObject()
        try file.write { bytes in
            bytes += json.bytes
            bytes.append(10)
        }
    }

    func finish() throws -> RenderedFile {
        try file.close()
        return RenderedFile()
    }
}
