/// The figures of a chart, gathered row by row. There are few, however many rows there are; where there would be many, there
/// is no chart.
struct ChartFigures {
    /// The figures of one currency, or of what is no money.
    struct Picture: Hashable {
        var currency: String?
        var categories: [String]
        var kinds: [String]
        /// For each category one of each kind.
        var values: [[Int64]]
    }

    private static let mostCategories = 4_000
    private static let mostKinds = 8
    private static let mostBars = 16
    private static let mostPoints = 62

    /// What it is of.
    let chart: ExportChart
    /// What people read above its categories.
    let categoryTitle: String
    private let category: Int
    private let columns: [Int]
    private let kindColumns: [Int]
    private let sum: Int?
    private let titles: [String]
    private let isMoney: Bool
    private var sums: [String: [String: [String: Int64]]] = [:]
    private var isTooMuch = false

    /// Figures of the columns of a file; nil where one that the chart needs is not among them.
    init?(_ chart: ExportChart, _ columns: [ExportColumn]) {
        func index(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }
        guard let category = index(chart.category) else { return nil }
        self.chart = chart
        self.category = category
        categoryTitle = columns[category].title
        switch chart.measure {
        case .columns(let names):
            self.columns = names.compactMap(index)
            guard self.columns.count == names.count else { return nil }
            (kindColumns, sum) = ([], nil)
        case .by(let names, let summed):
            kindColumns = names.compactMap(index)
            sum = summed.flatMap(index)
            guard kindColumns.count == names.count, (summed == nil) == (sum == nil) else { return nil }
            self.columns = []
        }
        titles = columns.map(\.title)
        isMoney = self.columns.contains { if case .money = columns[$0].kind { true } else { false } }
    }

    /// Takes a row into account.
    mutating func add(_ row: borrowing ExportRow) {
        guard !isTooMuch else { return }
        let key = row.isNull(category) ? "" : row.text(category)
        let currency = isMoney ? row.currency ?? "" : ""
        guard sums[currency]?[key] != nil || sums[currency]?.count ?? 0 < Self.mostCategories, sums.count <= 4 else {
            isTooMuch = true
            return
        }
        if columns.isEmpty {
            let kind = kindColumns.map { row.isNull($0) ? "–" : row.text($0) }.joined(separator: ", ")
            add(sum.map { Int64(row.text($0)) ?? 0 } ?? 1, currency, key, kind)
        } else {
            for column in columns { add(Int64(row.text(column)) ?? 0, currency, key, titles[column]) }
        }
    }

    private mutating func add(_ value: Int64, _ currency: String, _ key: String, _ kind: String) {
        let (sum, hasOverflown) = sums[currency, default: [:]][key, default: [:]][kind, default: 0]
            .addingReportingOverflow(value)
        if hasOverflown { isTooMuch = true }
        sums[currency, default: [:]][key, default: [:]][kind] = sum
    }

    /// What there is to be shown, a picture for each currency.
    var pictures: [Picture] {
        guard !isTooMuch else { return [] }
        return sums.sorted { $0.key < $1.key }.compactMap { currency, figures in
            let kinds = kinds(of: figures)
            guard !kinds.isEmpty, figures.count > 1 || kinds.count > 1 else { return nil }
            let rows = chart.isSequence ? Self.sequence(figures) : Self.largest(figures)
            return Picture(
                currency: currency.isEmpty ? nil : currency,
                categories: rows.map(\.key),
                kinds: kinds,
                values: rows.map { row in kinds.map { row.value[$0] ?? 0 } }
            )
        }
    }

    /// In the order of the columns, or those first of which there is most.
    private func kinds(of figures: [String: [String: Int64]]) -> [String] {
        guard columns.isEmpty else { return columns.map { titles[$0] } }
        var sizes: [String: UInt64] = [:]
        for values in figures.values {
            for (kind, value) in values { sizes[kind, default: 0] &+= value.magnitude }
        }
        return sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostKinds).map(\.key)
    }

    /// Days, or where they are many, months.
    private static func sequence(_ figures: [String: [String: Int64]]) -> [(key: String, value: [String: Int64])] {
        guard figures.count > mostPoints else { return figures.sorted { $0.key < $1.key } }
        var months: [String: [String: Int64]] = [:]
        for (day, values) in figures {
            months[String(day.prefix(7)), default: [:]].merge(values) { $0 &+ $1 }
        }
        return months.sorted { $0.key < $1.key }.suffix(mostPoints)
    }

    /// The largest, and all others together.
    private static func largest(_ figures: [String: [String: Int64]]) -> [(key: String, value: [String: Int64])] {
        func size(_ values: [String: Int64]) -> UInt64 { values.values.reduce(0) { $0 &+ $1.magnitude } }
        let named = figures.map { (key: $0.key.isEmpty ? "–" : $0.key, value: $0.value) }
            .sorted { (size($1.value), $0.key) < (size($0.value), $1.key) }
        guard named.count > mostBars else { return named }
        var others: [String: Int64] = [:]
        for row in named.dropFirst(mostBars - 1) { others.merge(row.value) { $0 &+ $1 } }
        return named.prefix(mostBars - 1) + [(key: "Others", value: others)]
    }
}
