import Exports
import JSON
import Time

private let reportName = StringRule(1...80, AllowedCharacters("a-z0-9_.-"))
private let columnName = StringRule(1...64, AllowedCharacters("A-Za-z0-9_"))
private let wordsRule = StringRule(1...1_000, .text)

extension ExportOrder {
    /// An e-mail address that an export is sent to.
    static let address = StringRule(3...254, .line)

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
        recipients = reader.stringsIfPresent("recipients", each: Self.address, count: 1...50) ?? []
        if let text = reader.stringIfPresent("asOf", StringRule(1...40)) {
            switch try? ValueFormat<HTTPAPI.Moment>.moment.parse(text) {
            case .position(let position): moment = .position(position)
            case .time(let time) where time <= .now(): moment = .time(time)
            default: reader.refuse("asOf", "A position of the log was expected, or a past date and time.")
            }
        }
    }
}
