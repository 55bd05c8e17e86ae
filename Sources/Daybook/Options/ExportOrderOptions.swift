import ArgumentParser
import Exports
import Time

/// What is made into a file: the arguments that one export and a schedule have in common.
struct ExportOrderOptions: ParsableArguments, Sendable {
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

    @Option(help: ArgumentHelp("Words that occur in its rows; \"together\", or, -without.", valueName: "words"))
    var words: String?

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

    @Option(help: ArgumentHelp("The IANA time zone that times are told in.", valueName: "zone"))
    var zone = "UTC"

    @Option(help: ArgumentHelp("The language and country whose habits it follows.", valueName: "tag"))
    var locale = "en"

    @Flag(help: "Begin a CSV file with a byte order mark.")
    var bom = false

    @Option(help: ArgumentHelp("The name of the file, without its end.", valueName: "name"))
    var fileName: String?

    @Option(help: ArgumentHelp("For how many days the file is kept.", valueName: "days"))
    var keepDays: Int?

    @Option(help: ArgumentHelp("An e-mail address that it is sent to.", valueName: "address"))
    var recipient: [String] = []

    /// The order.
    func order() throws -> ExportOrder {
        guard let format = ExportFormat(rawValue: format) else {
            throw CommandFailure(.usage, "--format is one of pdf, xlsx, csv and ndjson.")
        }
        guard (1...3_650).contains(keepDays ?? 1) else {
            throw CommandFailure(.usage, "--keep-days is a number from 1 to 3650.")
        }
        var order = ExportOrder(report, as: format)
        order.branchID = branch
        order.columns = columns.map(Self.names)
        order.sort = sort.map(Self.names)
        order.filters = try filter.map(Self.filter)
        order.words = words
        order.from = try from.map(Self.day)
        order.to = try to.map(Self.day)
        order.zone = zone
        order.locale = locale
        order.hasByteOrderMark = bom
        order.fileName = fileName
        order.keepDays = keepDays
        order.recipients = recipient
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
