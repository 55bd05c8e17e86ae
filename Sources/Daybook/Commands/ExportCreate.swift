import Access
import App
import ArgumentParser
import EventStore
import Exports
import JSON
import Time

struct ExportCreate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a report, or a table of a read model, into a file.",
        discussion: """
            With every right, as whoever has the machine; that it was made and taken away is recorded.

            EXAMPLES:
              daybook export create students --format xlsx --branch north --output students.xlsx
              daybook export create people.leave_requests --filter status=approved --output leave.csv
              daybook export create analytics --filter measure=students --from 2026-01-01 --to 2026-03-31
            """
    )

    @Argument(help: ArgumentHelp("The report, or a table of a read model.", valueName: "report"))
    var report: String

    @Option(help: ArgumentHelp("pdf, xlsx, csv or ndjson.", valueName: "format"))
    var format = "csv"

    @Option(help: ArgumentHelp("Of this branch alone.", valueName: "branch"))
    var branch: String?

    @Option(help: ArgumentHelp("The columns, in order, separated by commas.", valueName: "names"))
    var columns: String?

    @Option(help: ArgumentHelp("A condition: column=value, column>=value or column<=value.", valueName: "condition"))
    var filter: [String] = []

    @Option(help: ArgumentHelp("The first day that it is about.", valueName: "day"))
    var from: String?

    @Option(help: ArgumentHelp("The last day.", valueName: "day"))
    var to: String?

    @Option(
        help: ArgumentHelp(
            "Columns to sort by, separated by commas; from the greatest on after a minus.",
            valueName: "names"
        )
    )
    var sort: String?

    @Option(help: ArgumentHelp("As of a position of the log, or a date and time.", valueName: "moment"))
    var asOf: MomentArgument?

    @Option(help: ArgumentHelp("The IANA time zone that times are told in.", valueName: "zone"))
    var zone = "UTC"

    @Option(help: ArgumentHelp("The language and country whose habits it follows.", valueName: "tag"))
    var locale = "en"

    @Flag(help: "Begin a CSV file with a byte order mark.")
    var bom = false

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("Where to write it as well; it is kept as an export in any case.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let order = try wanted()
        try await database.withSystem(console) { [self] system in
            let service = system.exports
            let operatorID = AccessActor.operatorID
            let asked = try await service.request(order, by: Author(id: operatorID), rights: .all)
            let id = asked.exportIDs.first ?? ""
            async let making: Void = ExportWorker.makeNow(id, service)
            let record = try await console.withProgress("Exporting", unit: "rows") { bar in
                while true {
                    let record = try await service.export(id, for: operatorID, rights: .all)
                    bar.update(record.rows ?? 0, of: record.total ?? 0)
                    switch record.state {
                    case .queued, .running, .waiting: try await Task.sleep(for: .milliseconds(100))
                    case .completed: return record
                    case .failed, .cancelled:
                        throw CommandFailure(.failure, record.failure ?? "It was called off.")
                    }
                }
            }
            await making
            if let output {
                let destination = try OutputFile(path: output)
                let file = try await service.download(id, way: .command, by: Author(id: operatorID), rights: .all)
                try await file.read { try destination.write($0) }
                try destination.finish()
            }
            try console.result(
                text: "Made \(id): \(ProgressLine.grouped(record.rows ?? 0)) rows, "
                    + "\(ProgressLine.grouped(record.file?.bytes ?? 0)) bytes, as of position \((record.size ?? 1) - 1).",
                json: { json in json.object { record.write(to: &$0) } }
            )
        }
    }

    private func wanted() throws -> ExportOrder {
        guard let format = ExportFormat(rawValue: format) else {
            throw CommandFailure(.usage, "--format is one of pdf, xlsx, csv and ndjson.")
        }
        var order = ExportOrder(report, as: format)
        order.branchID = branch
        order.columns = columns.map(Self.names)
        order.sort = sort.map(Self.names)
        order.filters = try filter.map(Self.filter)
        order.from = try from.map(Self.day)
        order.to = try to.map(Self.day)
        order.zone = zone
        order.locale = locale
        order.hasByteOrderMark = bom
        switch asOf {
        case .position(let position): order.moment = .position(position)
        case .time(let time): order.moment = .time(time)
        case nil: break
        }
        return order
    }

    private static func names(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }

    private static func day(_ text: String) throws -> CalendarDay {
        guard let day = CalendarDay(text) else { throw CommandFailure(.usage, "A day is written like 2026-01-31.") }
        return day
    }

    private static func filter(_ text: String) throws -> ExportOrder.Filter {
        for (sign, relation) in [(">=", ExportOrder.Filter.Relation.from), ("<=", .to), ("=", .equal)] {
            guard let range = text.firstRange(of: sign) else { continue }
            return ExportOrder.Filter(String(text[..<range.lowerBound]), relation, String(text[range.upperBound...]))
        }
        throw CommandFailure(.usage, "A condition is written like status=active, dueOn>=2026-01-01 or balance<=0.")
    }
}
