import Audit
import HTTPAPI
import JSON
import Time

extension HistoryQuestion {
    /// What fields ask for, and what is wrong with them: by the name of the field, in a sentence that follows it.
    static func filter(_ fields: [String: String]) -> (AuditFilter, problems: [(name: String, detail: String)]) {
        var problems: [(name: String, detail: String)] = []
        func check(_ value: String, of name: String, _ rule: StringRule) {
            if let problem = rule.problem(in: value) { problems.append((name, "is not acceptable. \(problem)")) }
        }
        var filter = AuditFilter()
        for facet in facets {
            guard let value = fields[facet.name] else { continue }
            check(value, of: facet.name, .identifier)
            filter[keyPath: facet.path] = value
        }
        if let id = fields[opened] { check(id, of: opened, StringRule(1...64)) }
        filter.text = fields["text"]
        if let text = filter.text { check(text, of: "text", SearchDraft.wordsRule) }
        for (name, path) in [("from", \AuditFilter.from), ("to", \AuditFilter.to)] {
            guard let text = fields[name] else { continue }
            filter[keyPath: path] = moment(text, endOfDay: name == "to")
            if filter[keyPath: path] == nil { problems.append((name, "is to be a day like 2026-01-31.")) }
        }
        if let from = filter.from, let to = filter.to, from > to {
            problems.append(("to", "lies before the beginning of the period."))
        }
        return (filter, problems)
    }

    /// The fields that ask for what was saved.
    static func fields(of search: SavedSearch) -> [String: String] {
        var fields: [String: String] = [opened: search.id]
        for facet in facets { fields[facet.name] = search.filter[keyPath: facet.path] }
        fields["text"] = search.filter.text
        fields["from"] = search.filter.from.map { text($0, endOfDay: false) }
        fields["to"] = search.filter.to.map { text($0, endOfDay: true) }
        return fields
    }

    /// A day, as browsers' fields for dates have it, or a moment; in UTC.
    private static func moment(_ text: String, endOfDay: Bool) -> Timestamp? {
        CalendarDay(text) == nil
            ? Timestamp(rfc3339: text) : Timestamp(rfc3339: text + (endOfDay ? lastOfDay : firstOfDay))
    }

    /// The same back: a day where it is the whole of one that is meant.
    private static func text(_ moment: Timestamp, endOfDay: Bool) -> String {
        let day = String(moment.rfc3339.prefix(10))
        return self.moment(day, endOfDay: endOfDay) == moment ? day : moment.rfc3339
    }

    private static let firstOfDay = "T00:00:00Z"
    private static let lastOfDay = "T23:59:59.999999Z"
}
