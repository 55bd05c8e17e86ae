import Documents

extension DocumentRenderer {
    /// Charts, each with its figures below it.
    func write(_ pictures: [ChartFigures.Picture], of figures: ChartFigures, to writer: DocumentWriter) throws {
        guard !pictures.isEmpty else { return }
        try writer.heading("Charts")
        for picture in pictures {
            let title = [figures.chart.title, picture.currency].compactMap(\.self).joined(separator: ", ")
            try writer.chart(
                DocumentChart(
                    figures.chart.isSequence ? .lines : .bars,
                    title: title,
                    categories: picture.categories,
                    series: picture.kinds.enumerated().map { index, kind in
                        DocumentChart.Series(kind, picture.values.map { value($0[index], picture.currency) })
                    },
                    description: "The figures are in the table below."
                )
            )
            try writer.beginTable(
                [DocumentColumn(figures.categoryTitle)] + picture.kinds.map { DocumentColumn($0, alignment: .trailing) }
            )
            for (category, values) in zip(picture.categories, picture.values) {
                let cells = values.map { value in
                    picture.currency == nil ? text.number("\(value)") : text.amount("\(value)", picture.currency)
                }
                try writer.row(([category] + cells).map { DocumentCell($0) })
            }
            try writer.endTable()
        }
    }

    private func value(_ value: Int64, _ currency: String?) -> Double {
        guard let currency else { return Double(value) }
        return (0..<MinorUnits.digits(of: currency)).reduce(Double(value)) { value, _ in value / 10 }
    }
}
