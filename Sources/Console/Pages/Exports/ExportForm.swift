import Exports
import HTTPAPI
import JSON
import Time

/// The form of an export as it is filled in: by the names of its fields.
struct ExportForm {
    /// How many conditions there is room for, and how many are offered at least.
    private static let conditions = 12
    private static let offered = 5
    private static let address = StringRule(3...254)
    private static let conditionFields = (0..<conditions).flatMap { ["column-\($0)", "relation-\($0)", "value-\($0)"] }

    private let filled: FormFields.Filled
    private let isNew: Bool

    /// The fields that come once.
    static let single =
        [
            "form", "once", "report", "format", "branch", "words", "from", "to", "sort", "order", "locale", "timeZone",
            "asOf", "mark",
        ]
        + ["fileName", "keepDays", "recipients"] + conditionFields

    /// The fields that an address may bring filled in: which rows there are to be, and not what becomes of the file.
    static let proposed = ["branch", "words", "from", "to", "sort", "order", "asOf"] + conditionFields

    /// What a browser sent.
    init(_ filled: FormFields.Filled) {
        self.filled = filled
        isNew = false
    }

    /// A new one of a report: with what is proposed, or with the conditions that it has to have.
    init(_ report: ExportReport, proposed: [String: String] = [:]) {
        var values: [String: [String]] = ["locale": ["en"], "timeZone": ["UTC"]]
        for (name, value) in proposed where Self.proposed.contains(name) { values[name] = [value] }
        for (number, name) in report.required.prefix(Self.conditions).enumerated()
        where values["column-\(number)"] == nil {
            values["column-\(number)"] = [name]
        }
        filled = FormFields.Filled(values)
        isNew = true
    }

    // MARK: Reading

    /// What is asked for. What the service checks is left to it.
    func order(of report: ExportReport) throws(ExportError) -> ExportOrder {
        var problems = malformed
        let format = filled["format"].flatMap(ExportFormat.init(rawValue:))
        if format == nil { problems.append(.init("/format", "Choose what kind of file it is to be.")) }
        var order = ExportOrder(report.name, as: format ?? .csv)
        order.branchID = filled["branch"]
        let columns = filled.all("columns")
        if columns != report.columns.filter(\.isUsual).map(\.name) { order.columns = Array(columns.prefix(100)) }
        for number in 0..<Self.conditions {
            guard let column = filled["column-\(number)"] else { continue }
            guard let relation = ExportOrder.Filter.Relation(rawValue: filled["relation-\(number)"] ?? "equal") else {
                problems.append(.init("/filters/\(number)/relation", "A column equals a value, or is from or to one."))
                continue
            }
            order.filters.append(.init(column, relation, filled["value-\(number)"] ?? ""))
        }
        order.words = filled["words"]
        order.from = day("from", &problems)
        order.to = day("to", &problems)
        if let sort = filled["sort"] { order.sort = [(filled["order"] == "falling" ? "-" : "") + sort] }
        order.locale = filled["locale"] ?? "en"
        order.zone = filled["timeZone"] ?? "UTC"
        order.hasByteOrderMark = filled["mark"] != nil && format == .csv
        order.fileName = filled["fileName"]
        order.moment = moment(&problems)
        if let days = filled["keepDays"] {
            order.keepDays = Int(days)
            if !(order.keepDays.map { (1...3_650).contains($0) } ?? false) {
                problems.append(.init("/keepDays", "A file is kept from 1 to 3,650 days."))
            }
        }
        order.recipients =
            filled["recipients"]?.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init) ?? []
        if order.recipients.contains(where: { Self.address.problem(in: $0) != nil }) {
            problems.append(.init("/recipients", "An address has 3 to 254 characters."))
        }
        if order.recipients.count > 50 {
            problems.append(.init("/recipients", "An export is sent to 50 addresses at most."))
        }
        guard problems.isEmpty else { throw ExportError(problems: problems) }
        return order
    }

    /// All that was filled in, in one order.
    var parts: [String] {
        Self.single.filter { $0 != "form" && $0 != "once" }.map { "\($0)=\(filled[$0] ?? "")" } + filled.all("columns")
    }

    /// The branch that is asked for, if it can be one.
    var branch: String? {
        filled["branch"].flatMap { StringRule.identifier.problem(in: $0) == nil ? $0 : nil }
    }

    /// What texts may be, as in a request to the API.
    private static let rules: [(name: String, pointer: String, rule: StringRule)] =
        [
            ("branch", "/branchId", .identifier), ("sort", "/sort", StringRule(1...64)),
            ("locale", "/locale", StringRule(1...35)), ("timeZone", "/timeZone", StringRule(1...60)),
            ("fileName", "/fileName", StringRule(1...120)), ("asOf", "/asOf", StringRule(1...40)),
            ("words", "/words", StringRule(1...1_000, .text)),
        ] + (0..<conditions).map { ("value-\($0)", "/filters/\($0)/value", StringRule(0...200)) }

    /// What is no text as it may be.
    private var malformed: [ExportError.Problem] {
        Self.rules.compactMap { name, pointer, rule in
            filled[name].flatMap(rule.problem(in:)).map { ExportError.Problem(pointer, $0) }
        }
    }

    private func day(_ name: String, _ problems: inout [ExportError.Problem]) -> CalendarDay? {
        guard let text = filled[name] else { return nil }
        let day = CalendarDay(text)
        if day == nil { problems.append(.init("/\(name)", "A day like 2026-01-31 was expected.")) }
        return day
    }

    private func moment(_ problems: inout [ExportError.Problem]) -> ExportOrder.Moment {
        guard let text = filled["asOf"] else { return .turn }
        if let position = MomentText.position(text) { return .position(position) }
        if let time = Timestamp(rfc3339: text), time <= .now() { return .time(time) }
        problems.append(.init("/asOf", "A position of the log was expected, or a past time like 2026-01-31T08:30:00Z."))
        return .turn
    }

    // MARK: Showing

    /// As the template has it.
    ///
    /// - Parameter maySend: whether files can be sent by e-mail here.
    func values(of report: ExportReport, formats: [ExportFormat], maySend: Bool) -> [String: Any] {
        let chosen = isNew ? Set(report.columns.filter(\.isUsual).map(\.name)) : Set(filled.all("columns"))
        let comparable = report.columns.filter(\.isComparable)
        var values: [String: Any] = [
            "report": report.name, "title": report.title, "summary": report.summary,
            "hasDays": report.day != nil, "hasMoments": report.moments == .any,
            "hasBranches": report.column("branchId") != nil, "hasWords": report.hasWords,
            "maySend": maySend, "hasMark": filled["mark"] != nil,
            "required": report.required.joined(separator: ", "), "hasRequired": !report.required.isEmpty,
            "formats": formats.map { format in
                [
                    "name": format.rawValue, "label": format.rawValue.uppercased(),
                    "isChosen": format.rawValue == filled["format"] ?? formats.first?.rawValue ?? "",
                ]
            },
            "columns": report.columns.map { column in
                [
                    "name": column.name, "title": column.title, "isPersonal": column.isPersonal,
                    "isChosen": chosen.contains(column.name),
                ]
            },
            "conditions": (0..<places).map { condition($0, comparable) },
            "sorts": Self.options(comparable, chosen: filled["sort"]),
            "isFalling": filled["order"] == "falling",
        ]
        for name in [
            "branch", "words", "from", "to", "locale", "timeZone", "asOf", "fileName", "keepDays", "recipients",
        ] {
            values["filled-\(name)"] = filled[name] ?? ""
        }
        return values
    }

    /// As many as are filled in and two more, within bounds.
    private var places: Int {
        let last = (0..<Self.conditions).last { filled["column-\($0)"] != nil || filled["value-\($0)"] != nil } ?? -1
        return min(max(last + 3, Self.offered), Self.conditions)
    }

    private func condition(_ number: Int, _ columns: [ExportColumn]) -> [String: Any] {
        let relation = filled["relation-\(number)"] ?? "equal"
        return [
            "number": number, "ordinal": number + 1,
            "options": Self.options(columns, chosen: filled["column-\(number)"]),
            "relations": [("equal", "is"), ("from", "is at least"), ("to", "is at most")].map {
                ["name": $0.0, "label": $0.1, "isChosen": relation == $0.0]
            },
            "value": filled["value-\(number)"] ?? "",
        ]
    }

    private static func options(_ columns: [ExportColumn], chosen: String?) -> [[String: Any]] {
        columns.map { ["name": $0.name, "title": $0.title, "isChosen": $0.name == chosen] }
    }
}
