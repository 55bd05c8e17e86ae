/// What a document shows of a report as a picture too: how many or how much of each kind, by category.
package struct ExportChart: Sendable, Hashable {
    /// What is added up.
    enum Measure: Sendable, Hashable {
        /// These columns, each a kind of its own.
        case columns([String])
        /// This column, or rows where it is nil, by the kinds that the values of other columns make.
        case by([String], sum: String?)
    }

    /// What it shows.
    let title: String
    /// Whether categories follow one another, as days do: then it has lines, else bars.
    let isSequence: Bool
    /// The column by whose values rows are taken together.
    let category: String
    /// What is added up.
    let measure: Measure

    /// Bars of columns.
    static func bars(_ title: String, by category: String, of columns: [String]) -> Self {
        Self(title: title, isSequence: false, category: category, measure: .columns(columns))
    }

    /// Lines over days.
    static func lines(_ title: String, by day: String, each kinds: [String], sum: String? = nil) -> Self {
        Self(title: title, isSequence: true, category: day, measure: .by(kinds, sum: sum))
    }
}
