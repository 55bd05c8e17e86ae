import Documents
import Foundation
import Time

/// Makes a PDF: a cover that says what it is, a table with its header on each page, totals by currency, and charts.
final class DocumentRenderer: ExportRenderer {
    private let path: String
    private let scratch: String
    private let institution: String
    private var columns: [ExportColumn] = []
    private(set) var text = LocalText("en")
    private var clock = ZonedTime("UTC")
    private var writer: DocumentWriter?
    /// By currency, for each column.
    private var totals: [String: [Int: Decimal]] = [:]
    private var figures: ChartFigures?

    init(path: String, scratch: String, institution: String) {
        self.path = path
        self.scratch = scratch
        self.institution = institution
    }

    func begin(_ columns: [ExportColumn], _ facts: ExportFacts) throws {
        self.columns = columns
        text = LocalText(facts.locale)
        clock = ZonedTime(facts.zone)
        figures = facts.chart.flatMap { ChartFigures($0, columns) }
        let setup = DocumentSetup(
            title: facts.title,
            author: institution,
            created: facts.moment,
            subject: facts.summary,
            language: facts.locale,
            landscape: columns.count > 6,
            rightToLeft: text.isRightToLeft,
            runningHead: "\(institution) · \(facts.title)",
            footer: "position \(facts.size - 1)"
        )
        try ExportStorageError.rethrowing(path) {
            let writer = try DocumentWriter(path: path, temporaryDirectory: scratch, setup: setup)
            try writer.cover(
                DocumentCover(
                    institution: institution,
                    title: facts.title,
                    subtitle: facts.summary,
                    facts: facts.lines.map { DocumentFact($0.name, $0.value) },
                    note: "What is in this file, and that it was not altered, can be checked: daybook export verify."
                )
            )
            try writer.heading(facts.title)
            try writer.beginTable(
                columns.map { DocumentColumn($0.title, alignment: $0.kind.isFigure ? .trailing : .leading) }
            )
            self.writer = writer
        }
    }

    func row(_ row: borrowing ExportRow) throws {
        var cells: [DocumentCell] = []
        figures?.add(row)
        cells.reserveCapacity(columns.count)
        for index in columns.indices { cells.append(DocumentCell(cell(row, index))) }
        try ExportStorageError.rethrowing(path) { try writer?.row(cells) }
    }

    func finish() throws -> RenderedFile {
        var pages: Int64?
        try ExportStorageError.rethrowing(path) {
            for (currency, sums) in totals.sorted(by: { $0.key < $1.key }) {
                let cells = columns.indices.map { index -> DocumentCell in
                    if let sum = sums[index] { return DocumentCell(text.amount("\(sum)", currency)) }
                    return DocumentCell(index == 0 ? "Total \(currency)" : "")
                }
                try writer?.row(cells, style: .total)
            }
            if let figures, let writer { try write(figures.pictures, of: figures, to: writer) }
            pages = try writer.map { Int64(try $0.finish { _, _ in !Task.isCancelled }.pages) }
        }
        return RenderedFile(pages: pages)
    }

    private func cell(_ row: borrowing ExportRow, _ index: Int) -> String {
        if row.isNull(index) { return "" }
        switch columns[index].kind {
        case .text, .json, .day: return row.text(index)
        case .integer, .number: return text.number(row.text(index))
        case .boolean: return row.withText(index) { $0.first == UInt8(ascii: "t") } ? "yes" : "no"
        case .timestamp:
            var bytes: [UInt8] = []
            clock.append(row.time(index), to: &bytes)
            // To the minute: `2026-01-31 08:30`.
            let words = String(decoding: bytes.prefix(16), as: UTF8.self)
            return words.replacing("T", with: " ")
        case .money:
            let minor = row.text(index)
            if columns[index].isSummed, let currency = row.currency, let amount = Decimal(string: minor) {
                totals[currency, default: [:]][index, default: 0] += amount
            }
            return text.amount(minor, row.currency)
        }
    }
}

extension ExportColumn.Kind {
    fileprivate var isFigure: Bool {
        switch self {
        case .integer, .number, .money: true
        case .text, .day, .timestamp, .boolean, .json: false
        }
    }
}
