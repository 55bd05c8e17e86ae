import Exports
import JSON
import Time

private let reportName = StringRule(1...80, AllowedCharacters("a-z0-9_.-"))
private let columnName = StringRule(1...64, AllowedCharacters("A-Za-z0-9_"))
private let address = StringRule(3...254, .line)
private let wordsRule = StringRule(1...1_000, .text)

extension ExportOrder {
    /// The members that say what is made, but for its format.
    static let members: [Schema.Member] = [
        .required(
            "report",
            .string(reportName).described(
                "One of `GET /exports/reports`, or a table of a read model: `people.students`"
            )
        ),
        .optional("branchId", .identifier.described("Of this branch alone; of all that may be seen if left out")),
        .optional(
            "columns",
            .array(of: .string(columnName), count: 1...100).described("In this order; the usual ones if left out")
        ),
        .optional(
            "filters",
            .array(
                of: .object(
                    .required("column", .string(columnName)),
                    .optional(
                        "relation",
                        .oneOf(Filter.Relation.allCases.map(\.rawValue)).described("equal if left out")
                    ),
                    .required("value", .string(StringRule(0...200)))
                ),
                count: 0...20
            ).described("All of them hold. Amounts are in whole minor units.")
        ),
        .optional(
            "words",
            .string(wordsRule).described(
                "Words that occur, as in `GET /audit/events`; of a report that is searched by words"
            )
        ),
        .optional("from", .string(format: "date").described("The first day that the report is about")),
        .optional("to", .string(format: "date").described("The last day")),
        .optional(
            "sort",
            .array(of: .string(StringRule(1...65, AllowedCharacters("A-Za-z0-9_\\-"))), count: 1...8)
                .described("Names of columns; from the greatest on after a minus sign")
        ),
        .optional("locale", .string(StringRule(2...35)).described("BCP 47; en if left out")),
        .optional("timeZone", .string(StringRule(1...60)).described("IANA; UTC if left out")),
        .optional("byteOrderMark", .boolean.described("Whether a CSV file begins with one")),
        .optional(
            "fileName",
            .string(StringRule(1...120)).described("Without its end; that of the report if left out")
        ),
        .optional(
            "asOf",
            .string(StringRule(1...40)).described("A position of the log, or a date and time; its turn if left out")
        ),
        .optional("keepDays", .integer(1...3_650).described("For how many days the file is kept")),
        .optional(
            "recipients",
            .array(of: .string(address), count: 1...50).described("E-mail addresses that it is sent to")
        ),
    ]

    /// Reads those members.
    init(reading reader: inout JSONReader, as format: ExportFormat) {
        self.init(reader.string("report", reportName), as: format)
        branchID = reader.stringIfPresent("branchId", .identifier)
        columns = reader.stringsIfPresent("columns", each: columnName, count: 1...100)
        filters =
            reader.listIfPresent("filters", count: 0...20) { reader in
                Filter(
                    reader.string("column", columnName),
                    reader.choice("relation", default: .equal),
                    reader.string("value", StringRule(0...200))
                )
            } ?? []
        words = reader.stringIfPresent("words", wordsRule)
        from = reader.dayIfPresent("from")
        to = reader.dayIfPresent("to")
        sort = reader.stringsIfPresent(
            "sort",
            each: StringRule(1...65, AllowedCharacters("A-Za-z0-9_\\-")),
            count: 1...8
        )
        locale = reader.string("locale", StringRule(2...35), default: "en")
        zone = reader.string("timeZone", StringRule(1...60), default: "UTC")
        hasByteOrderMark = reader.bool("byteOrderMark", default: false)
        fileName = reader.stringIfPresent("fileName", StringRule(1...120))
        keepDays = reader.integerIfPresent("keepDays", in: 1...3_650).map(Int.init)
        recipients = reader.stringsIfPresent("recipients", each: address, count: 1...50) ?? []
        if let text = reader.stringIfPresent("asOf", StringRule(1...40)) {
            switch try? ValueFormat<HTTPAPI.Moment>.moment.parse(text) {
            case .position(let position): moment = .position(position)
            case .time(let time) where time <= .now(): moment = .time(time)
            default: reader.refuse("asOf", "A position of the log was expected, or a past date and time.")
            }
        }
    }
}

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

/// An export to make.
struct ExportToMake<Format: NamedFormat>: JSONReadable {
    let order: ExportOrder

    static var schema: Schema { .object(Format.members + ExportOrder.members) }

    init(reading reader: inout JSONReader) {
        let format = Format.format(reading: &reader)
        order = ExportOrder(reading: &reader, as: format)
    }
}

/// Exports to make together.
struct BatchToMake: JSONReadable {
    let orders: [ExportOrder]
    let notBefore: Timestamp?

    static let schema = Schema.object(
        .required("exports", .array(of: ExportToMake<AnyFormat>.schema, count: 1...50)),
        .optional("notBefore", .timestamp.described("None is made before this"))
    )

    init(reading reader: inout JSONReader) {
        orders = reader.list("exports", count: 1...50) { ExportToMake<AnyFormat>(reading: &$0).order }
        notBefore = reader.timestampIfPresent("notBefore")
    }
}

/// A schedule to set.
struct ExportScheduleToSet: JSONReadable {
    let wish: ExportScheduleOrder

    static let schema = Schema.object(
        [
            .required("scheduleId", .string(scheduleName)),
            .required("frequency", .oneOf(ExportCadence.Frequency.allCases.map(\.rawValue))),
            .optional("time", .string(StringRule(5...5)).described("06:30; needed unless cron")),
            .optional("weekday", .integer(1...7).described("1 for Monday; needed if weekly")),
            .optional(
                "day",
                .integer(1...31).described("Of the month, the last one where it has none such; needed if monthly")
            ),
            .optional(
                "cron",
                .string(StringRule(9...120)).described("Minute, hour, day, month, day of the week; needed if cron")
            ),
            .optional(
                "period",
                .oneOf(ExportPeriod.allCases.map(\.rawValue)).described("The days that each export is about")
            ),
        ] + AnyFormat.members + ExportOrder.members
    )

    private static let scheduleName = StringRule(1...64, AllowedCharacters("A-Za-z0-9._:~\\-"))

    init(reading reader: inout JSONReader) {
        let id = reader.string("scheduleId", Self.scheduleName)
        let cadence = ExportCadence(
            reader.choice("frequency"),
            time: reader.stringIfPresent("time", StringRule(5...5)),
            weekday: reader.integerIfPresent("weekday", in: 1...7).map(Int.init),
            day: reader.integerIfPresent("day", in: 1...31).map(Int.init),
            cron: reader.stringIfPresent("cron", StringRule(9...120, AllowedCharacters("A-Za-z0-9*,/ \\-")))
        )
        let period: ExportPeriod? = reader.choiceIfPresent("period")
        let format = AnyFormat.format(reading: &reader)
        wish = ExportScheduleOrder(id, ExportOrder(reading: &reader, as: format), cadence, period: period)
    }
}

/// Whom to send an export to.
struct ExportToMail: JSONReadable {
    let recipients: [String]
    let format: ExportFormat?

    static let schema = Schema.object(
        .required("recipients", .array(of: .string(address), count: 1...50)),
        .optional("format", .oneOf(ExportFormat.allCases.map(\.rawValue)).described("As what; as it is if left out"))
    )

    init(reading reader: inout JSONReader) {
        recipients = reader.strings("recipients", each: address, count: 1...50)
        format = reader.choiceIfPresent("format")
    }
}

/// Why something is called off.
struct ExportReason: JSONReadable {
    let reason: String?

    static let schema = Schema.object(
        .optional("reason", .string(StringRule(1...500, .line)).described("Goes into the log"))
    )

    init(reading reader: inout JSONReader) { reason = reader.stringIfPresent("reason", StringRule(1...500, .line)) }
}
