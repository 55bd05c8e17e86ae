/// A simple chart.
package struct DocumentChart: Sendable, Hashable {
    /// How values are shown.
    package enum Kind: UInt8, Sendable, Hashable {
        /// As bars, those of a category side by side.
        case bars
        /// As lines over the categories.
        case lines
    }

    /// Values of one kind.
    package struct Series: Sendable, Hashable {
        /// What they are; shown in the legend if there are several.
        package var name: String
        /// One for each category; one that is not finite is left out.
        package var values: [Double]

        /// Values of one kind.
        package init(_ name: String, _ values: [Double]) {
            self.name = name
            self.values = values
        }
    }

    /// How values are shown.
    package var kind: Kind
    /// What it shows.
    package var title: String
    /// What the values belong to, from where lines begin.
    package var categories: [String]
    /// The values; of more than eight series colours come again.
    package var series: [Series]
    /// The same in words, printed below it.
    package var description: String

    /// A chart.
    package init(_ kind: Kind, title: String, categories: [String], series: [Series], description: String) {
        self.kind = kind
        self.title = title
        self.categories = categories
        self.series = series
        self.description = description
    }
}
