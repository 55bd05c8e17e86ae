import Exports
import Time

extension HistoryQuestion {
    /// The address of the form that has all events of this list made into a file: with everything that is asked for carried over,
    /// as of the events that the list takes into account.
    ///
    /// - Parameter size: how many those are.
    func export(ofSize size: Int64) -> String {
        var fields = [("report", "audit-history"), ("sort", "position"), ("order", "falling")]
        if size > 0 { fields.append(("asOf", String(size - 1))) }
        if let words = filter.text { fields.append(("words", words)) }
        var conditions: [(column: String, relation: ExportOrder.Filter.Relation, value: String)] = []
        for facet in Self.facets {
            guard let value = filter[keyPath: facet.path] else { continue }
            switch facet.name {
            // The institution as a whole is no branch that an export can be of.
            case "branch" where value == "institution": conditions.append(("branchId", .equal, value))
            case "branch": fields.append(("branch", value))
            default: conditions.append((facet.name, .equal, value))
            }
        }
        for (name, moment, relation) in [
            ("from", filter.from, ExportOrder.Filter.Relation.from), ("to", filter.to, .to),
        ] {
            guard let moment, let text = self.fields[name] else { continue }
            if CalendarDay(text) != nil {
                fields.append((name, text))
            } else {
                conditions.append(("recordedAt", relation, moment.rfc3339))
            }
        }
        for (number, condition) in conditions.enumerated() {
            fields += [
                ("column-\(number)", condition.column), ("relation-\(number)", condition.relation.rawValue),
                ("value-\(number)", condition.value),
            ]
        }
        return ConsolePaths.address("\(ConsolePaths.exports)/new", fields)
    }
}
