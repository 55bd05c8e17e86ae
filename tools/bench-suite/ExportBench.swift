import Documents
import Foundation
import Spreadsheets
import Time

/// What it takes to write rows into files for people: spreadsheets beside libxlsxwriter alone, documents beside their goal.
enum ExportBench {
    static func run(_: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        // Peaks of memory only ever grow, so what needs least comes first.
        try memory(directory.path, &report)
        try spreadsheets(directory.path, &report)
        try documents(directory.path, &report)
        try await ExportPipelineBench.run(directory, &report)
    }

    private static func spreadsheets(_ directory: String, _ report: inout BenchReport) throws {
        let rows = 100_000
        var (ours, bare): ([Double], [Double]) = ([], [])
        // One after the other, so that whatever else the machine does meets both.
        for _ in 0..<5 {
            ours.append(try seconds { try writeSpreadsheet(rows, directory) })
            bare.append(try seconds { try BareSpreadsheet.write(rows, directory) })
        }
        report.add(
            "spreadsheet of 8 columns, 100,000 rows",
            Double(rows) / Stopwatch.percentile(0.5, of: ours),
            "rows/s",
            beside: .init(
                name: "libxlsxwriter alone, same cells",
                value: Double(rows) / Stopwatch.percentile(0.5, of: bare),
                unit: "rows/s"
            )
        )
    }

    private static func documents(_ directory: String, _ report: inout BenchReport) throws {
        let times = try (0..<5).map { _ in try seconds { try writeDocument(10_000, directory) } }
        report.add(
            "document of a table of 6 columns, 10,000 rows",
            Stopwatch.percentile(0.5, of: times),
            "s",
            beside: .init(name: "goal", value: 2, unit: "s")
        )
        let large = try seconds { try writeDocument(100_000, directory) }
        report.add(
            "the same of 100,000 rows",
            large,
            "s",
            beside: .init(name: "ten times the goal", value: 20, unit: "s")
        )
    }

    private static func memory(_ directory: String, _ report: inout BenchReport) throws {
        for (name, write, few, many) in [
            ("spreadsheet", writeSpreadsheet, 10_000, 1_000_000), ("document", writeDocument, 10_000, 100_000),
        ] {
            try write(few, directory)
            let small = try MeasuredProcess.peak()
            try write(many, directory)
            let large = try MeasuredProcess.peak()
            report.add(
                "most memory of the process after a \(name) of \(many) rows",
                large,
                "MB",
                beside: .init(name: "after one of \(few)", value: small, unit: "MB")
            )
        }
    }

    private static func writeSpreadsheet(_ rows: Int, _ directory: String) throws {
        let path = "\(directory)/ours.xlsx"
        defer { unlink(path) }
        guard let euro = Currency("EUR") else { return }
        let writer = try SpreadsheetWriter(
            path: path,
            temporaryDirectory: directory,
            properties: SpreadsheetProperties(title: "Fees", author: "bench", created: .epoch),
            timeZone: TimeZone(identifier: "Europe/Berlin") ?? .gmt
        )
        try writer.beginSheet(SpreadsheetSheet(name: "Fees", columns: ExportRow.titles.map { SpreadsheetColumn($0) }))
        for index in 0..<rows {
            let row = ExportRow(index)
            try writer.row([
                .integer(row.number), .text(row.name), .text(row.branch), .date(row.day),
                .money(minor: row.amount, euro), .text(row.state), .timestamp(row.moment), .bool(row.isPaid),
            ])
        }
        _ = try writer.finish()
    }

    private static func writeDocument(_ rows: Int, _ directory: String) throws {
        let path = "\(directory)/ours.pdf"
        defer { unlink(path) }
        let setup = DocumentSetup(title: "Fees", author: "bench", created: .epoch, runningHead: "Fees", footer: "bench")
        let writer = try DocumentWriter(path: path, temporaryDirectory: directory, setup: setup)
        try writer.cover(DocumentCover(institution: "Bench", title: "Fees", facts: [DocumentFact("Rows", "\(rows)")]))
        try writer.beginTable(
            ["No.", "Name", "Branch", "Due", "Amount", "State"].map {
                DocumentColumn($0, alignment: $0 == "No." || $0 == "Amount" ? .trailing : .leading)
            }
        )
        for index in 0..<rows {
            let row = ExportRow(index)
            let cells = ["\(row.number)", row.name, row.branch, row.day.text, "\(row.amount / 100).00", row.state]
            try writer.row(cells.map { DocumentCell($0) })
        }
        _ = try writer.finish()
    }

    private static func seconds(_ work: () throws -> Void) rethrows -> Double {
        let begin = ContinuousClock.now
        try work()
        return Stopwatch.seconds(ContinuousClock.now - begin)
    }
}

/// A row that both ways of writing a spreadsheet write.
struct ExportRow {
    static let titles = ["No.", "Name", "Branch", "Due", "Amount", "State", "Changed", "Paid"]

    let number: Int64
    let name: String
    let branch: String
    let day: CalendarDay
    let amount: Int64
    let state: String
    let moment: Timestamp
    let isPaid: Bool

    init(_ index: Int) {
        number = Int64(index)
        name = "Student with a name \(index % 9_973)"
        branch = "Branch \(index % 7)"
        day = CalendarDay(daysSinceEpoch: Int64(20_000 + index % 365))
        amount = Int64(index * 7_919 % 1_000_000)
        state = ["paid", "open", "overdue, second notice"][index % 3]
        moment = Timestamp(microseconds: 1_770_000_000_000_000 + Int64(index) * 61_000_000)
        isPaid = index % 3 == 0
    }
}
