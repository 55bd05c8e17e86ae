import Foundation
import Spreadsheets
import Time

/// Makes a spreadsheet: a sheet of rows with typed cells, and one that says what they are.
///
/// A text that is longer than a cell holds is refused: nothing of what was asked for is left out.
final class SpreadsheetRenderer: ExportRenderer {
    private let path: String
    private let scratch: String
    private let institution: String
    private var columns: [ExportColumn] = []
    private var facts: ExportFacts?
    private var writer: SpreadsheetWriter?
    private var cells: [SpreadsheetCell] = []

    init(path: String, scratch: String, institution: String) {
        self.path = path
        self.scratch = scratch
        self.institution = institution
    }

    func begin(_ columns: [ExportColumn], _ facts: ExportFacts) throws {
        self.columns = columns
        self.facts = facts
        let properties = SpreadsheetProperties(
            title: facts.title,
            author: institution,
            created: facts.moment,
            subject: facts.summary,
            company: institution,
            comments: facts.statement
        )
        try ExportStorageError.rethrowing(path) {
            let writer = try SpreadsheetWriter(
                path: path,
                temporaryDirectory: scratch,
                properties: properties,
                timeZone: TimeZone(identifier: facts.zone) ?? .gmt
            )
            let columns = columns.map { SpreadsheetColumn($0.title) }
            let isRightToLeft = LocalText(facts.locale).isRightToLeft
            try writer.beginSheet(
                SpreadsheetSheet(name: facts.title, columns: columns, rightToLeft: isRightToLeft)
            )
            self.writer = writer
        }
    }

    func row(_ row: borrowing ExportRow) throws {
        cells.removeAll(keepingCapacity: true)
        for index in columns.indices { cells.append(Self.cell(row, index, columns[index].kind)) }
        try ExportStorageError.rethrowing(path) { try writer?.row(cells) }
        if let summary = writer?.summary, summary.shortened > 0 { throw tooLong(inRow: summary.rows) }
    }

    private func tooLong(inRow number: Int) -> ExportError {
        let name = zip(columns, cells).first { $0.1.isShortened }?.0.name ?? ""
        return ExportError(
            .tooLarge,
            "In row \(number) the column “\(name)” holds more than 32,767 characters, the most for a cell of a spreadsheet. "
                + "Ask for CSV or NDJSON, or leave the column out."
        )
    }

    func finish() throws -> RenderedFile {
        try ExportStorageError.rethrowing(path) {
            try writer?.beginSheet(SpreadsheetSheet(name: "About", columns: [], filter: false))
            for fact in facts?.lines ?? [] { try writer?.row([.text(fact.name), .text(fact.value)]) }
            _ = try writer?.finish()
        }
        return RenderedFile()
    }

    private static func cell(
        _ row: borrowing ExportRow,
        _ index: Int,
        _ kind: ExportColumn.Kind
    ) -> SpreadsheetCell {
        if row.isNull(index) { return .empty }
        switch kind {
        case .timestamp: return .timestamp(row.time(index))
        case .boolean: return .bool(row.withText(index) { $0.first == UInt8(ascii: "t") })
        case .text, .json: return .text(row.text(index))
        case .number: return .decimal(row.text(index))
        case .integer:
            let text = row.text(index)
            return Int64(text).map { .integer($0) } ?? .decimal(text)
        case .day:
            let text = row.text(index)
            return CalendarDay(text).map { .date($0) } ?? .text(text)
        case .money:
            let text = row.text(index)
            guard let minor = Int64(text), let currency = row.currency.flatMap(Currency.init) else {
                return .text(text)
            }
            return .money(minor: minor, currency)
        }
    }
}
