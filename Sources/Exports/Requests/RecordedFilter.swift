/// A condition as one of the events has it: each has a type of its own with the same members.
protocol RecordedFilter {
    associatedtype Relation: RecordedRelation

    init(column: String, relation: Relation, value: String)
}

/// How a column stands to a value, as one of the events has it.
protocol RecordedRelation {
    static var equal: Self { get }
    static var from: Self { get }
    static var to: Self { get }
}

extension RecordedFilter {
    /// A condition as it was asked for.
    init(_ filter: ExportOrder.Filter) {
        let relation: Relation =
            switch filter.relation {
            case .equal: .equal
            case .from: .from
            case .to: .to
            }
        self.init(column: filter.column, relation: relation, value: filter.value)
    }
}
