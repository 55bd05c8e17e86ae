/// A condition as one of the events has it: each has a type of its own with the same members.
protocol RecordedFilter {
    associatedtype Relation: RawRepresentable<String>

    init(column: String, relation: Relation, value: String)
}

extension RecordedFilter {
    /// A condition as it was asked for. The schemas of the events name every relation that there is.
    init(_ filter: ExportOrder.Filter) {
        guard let relation = Relation(rawValue: filter.relation.rawValue) else {
            preconditionFailure("No event has the relation \(filter.relation.rawValue).")
        }
        self.init(column: filter.column, relation: relation, value: filter.value)
    }
}
