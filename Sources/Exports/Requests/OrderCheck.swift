import Foundation
import JSON
import Recurrence
import Time

/// Checks an order against its report, and notes all that is wrong, each with a pointer to it.
struct OrderCheck {
    /// What the events of exports keep.
    private static let wordsRule = StringRule(1...1_000, .text)

    private(set) var problems: [ExportError.Problem] = []
    private let report: ExportReport
    private let base: String

    init(_ report: ExportReport, _ base: String) {
        self.report = report
        self.base = base
    }

    private mutating func refuse(_ pointer: String, _ message: String) {
        problems.append(ExportError.Problem(base + pointer, message))
    }

    private mutating func unknown(_ name: String, at pointer: String) {
        let names = report.columns.map(\.name).joined(separator: ", ")
        refuse(pointer, "The report has no column “\(Self.shown(name))”; it has: \(names).")
    }

    mutating func columns(_ names: [String]?) -> [ExportColumn] {
        guard let names else { return report.columns.filter(\.isUsual) }
        var found: [ExportColumn] = []
        if names.isEmpty { refuse("/columns", "Name at least one column.") }
        for (index, name) in names.enumerated() {
            guard let column = report.column(name) else {
                unknown(name, at: "/columns/\(index)")
                continue
            }
            if found.contains(column) { refuse("/columns/\(index)", "This column comes twice.") }
            found.append(column)
        }
        return found
    }

    mutating func conditions(_ order: ExportOrder) -> [ExportPlan.Condition] {
        var conditions: [ExportPlan.Condition] = []
        for (index, filter) in order.filters.enumerated() {
            guard let column = report.column(filter.column), column.isComparable else {
                unknown(filter.column, at: "/filters/\(index)/column")
                continue
            }
            if filter.relation != .equal, !column.kind.isOrdered {
                refuse("/filters/\(index)/relation", "A column of this kind is chosen by equal alone.")
            } else if let value = Self.value(filter.value, column.kind) {
                conditions.append(ExportPlan.Condition(column: column, relation: filter.relation, value: value))
            } else {
                refuse("/filters/\(index)/value", "This column holds \(column.kind.words).")
            }
        }
        conditions += range(order)
        if let branch = order.branchID {
            if branch == ExportOrder.institution {
                refuse("/branchId", "For all branches leave it out.")
            } else if let column = report.branchColumn {
                conditions.append(ExportPlan.Condition(column: column, relation: .equal, value: .text(branch)))
            } else {
                refuse("/branchId", "This report is not of branches; leave it out.")
            }
        }
        for name in report.required
        where !conditions.contains(where: { $0.column.name == name && $0.relation == .equal }) {
            refuse("/filters", "This report is of one \(name): add a filter that names it.")
        }
        return conditions
    }

    private mutating func range(_ order: ExportOrder) -> [ExportPlan.Condition] {
        guard order.from != nil || order.to != nil else { return [] }
        guard let column = report.day.flatMap(report.column) else {
            refuse(order.from == nil ? "/to" : "/from", "This report is not of days; leave it out.")
            return []
        }
        if let from = order.from, let to = order.to, to < from {
            refuse("/to", "The range ends before it starts.")
        }
        var conditions: [ExportPlan.Condition] = []
        if let from = order.from { conditions.append(.init(column: column, relation: .from, value: .day(from))) }
        if let to = order.to { conditions.append(.init(column: column, relation: .to, value: .day(to))) }
        return conditions
    }

    mutating func sort(_ names: [String]?) -> [ExportPlan.Sort] {
        var sorts: [ExportPlan.Sort] = []
        for (index, text) in (names ?? report.sort).enumerated() {
            let isDescending = text.hasPrefix("-")
            let name = isDescending ? String(text.dropFirst()) : text
            guard let column = report.column(name), column.isComparable else {
                unknown(name, at: "/sort/\(index)")
                continue
            }
            if sorts.contains(where: { $0.column == column }) { refuse("/sort/\(index)", "This column comes twice.") }
            sorts.append(ExportPlan.Sort(column: column, isDescending: isDescending))
        }
        return sorts
    }

    mutating func words(_ order: ExportOrder) {
        guard let words = order.words else { return }
        if report.words == nil { return refuse("/words", "This report is not searched by words; leave it out.") }
        if let problem = Self.wordsRule.problem(in: words) { refuse("/words", problem) }
    }

    mutating func fileName(_ order: ExportOrder) {
        guard let name = order.fileName, !Self.isFileName(name) else { return }
        refuse(
            "/fileName",
            "A file name has 1 to 120 characters, no path separators and no control characters, and begins with no dot."
        )
    }

    mutating func settings(_ order: ExportOrder) {
        if !Self.isLocale(order.locale) { refuse("/locale", "A language tag like en-GB was expected (BCP 47).") }
        if WallClock.zone(order.zone) == nil { refuse("/timeZone", "This is no IANA time zone.") }
        if order.hasByteOrderMark, order.format != .csv { refuse("/byteOrderMark", "Only CSV files have one.") }
        if order.moment != .turn, report.moments == .newest {
            refuse("/asOf", "This report tells of the read model as it stands; leave it out.")
        }
        for problem in ExportService.problems(order.recipients) { refuse(problem.pointer, problem.message) }
    }

    // MARK: Values

    static func isFileName(_ name: String) -> Bool {
        (1...120).contains(name.count) && name.utf8.count <= 200 && !name.hasPrefix(".")
            && !name.hasPrefix(" ") && !name.hasSuffix(" ")
            && name.unicodeScalars.allSatisfy { scalar in
                scalar != "/" && scalar != "\\" && scalar != ":"
                    && ![.control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned]
                        .contains(scalar.properties.generalCategory)
            }
    }

    static func isLocale(_ tag: String) -> Bool {
        let parts = tag.split(separator: "-", omittingEmptySubsequences: false)
        guard (2...35).contains(tag.utf8.count), let language = parts.first, (2...3).contains(language.utf8.count),
            parts.dropFirst().allSatisfy({ (1...8).contains($0.utf8.count) }),
            tag.utf8.allSatisfy({
                $0 == 45 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
            })
        else { return false }
        return Locale.LanguageCode(String(language)).isISOLanguage
    }

    private static func value(_ text: String, _ kind: ExportColumn.Kind) -> ExportPlan.Value? {
        switch kind {
        case .text: text.unicodeScalars.contains { $0.value == 0 } ? nil : .text(text)
        case .integer, .money: text.first == "+" ? nil : Int64(text).map { .integer($0) }
        case .number: isNumber(text) ? .number(text) : nil
        case .boolean: text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
        case .day: CalendarDay(text).map { .day($0) }
        case .timestamp: Timestamp(rfc3339: text).map { .timestamp($0) }
        case .json: nil
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { (1...30).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) } }
    }

    /// What somebody sent, as far as it can be said back to them.
    private static func shown(_ text: String) -> String {
        String(text.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(64).map(Character.init))
    }
}

extension ExportColumn.Kind {
    fileprivate var isOrdered: Bool {
        switch self {
        case .integer, .number, .money, .day, .timestamp: true
        case .text, .boolean, .json: false
        }
    }

    fileprivate var words: String {
        switch self {
        case .text: "text"
        case .integer: "whole numbers"
        case .money: "amounts in whole minor units, such as cents"
        case .number: "numbers like -12.5"
        case .boolean: "true or false"
        case .day: "days like 2026-01-31"
        case .timestamp: "times like 2026-01-31T08:30:00Z"
        case .json: "JSON"
        }
    }
}
