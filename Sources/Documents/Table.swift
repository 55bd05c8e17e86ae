/// A table as far as it is kept in memory: its columns, how wide they are, and how many cells it has.
struct Table {
    private static let sample = 200
    static let padding = 4.0

    let columns: [DocumentColumn]
    let style: TextStyle
    let bold: TextStyle
    private(set) var cells = 0
    /// From the one where lines begin; empty until the table is settled.
    private(set) var widths: [Double] = []
    private var natural: [Double]
    private var least: [Double]
    private var seen = 0

    init(_ columns: [DocumentColumn], _ typesetter: Typesetter) {
        self.columns = columns
        (style, bold) =
            switch columns.count {
            case ...8: (.cell, .cellBold)
            case ...13: (.smallCell, .smallCellBold)
            default: (.tinyCell, .tinyCellBold)
            }
        natural = []
        least = []
        for column in columns {
            natural.append(typesetter.width(Self.title(column), bold))
            least.append(Self.longestWord(Self.title(column), bold, typesetter))
        }
    }

    /// What the header says, no longer than a header can be.
    static func title(_ column: DocumentColumn) -> String { String(column.title.prefix(200)) }

    /// Counts a row, and looks how much room it needs if it is among the first.
    mutating func count(_ row: [DocumentCell], _ typesetter: Typesetter) {
        cells += columns.count
        guard seen < Self.sample else { return }
        seen += 1
        for (index, cell) in row.prefix(columns.count).enumerated() where columns[index].width == .fitted {
            guard !cell.text.isEmpty else { continue }
            // Nobody reads longer lines than some two hundred characters.
            let text = String(cell.text.prefix(200))
            let width = typesetter.width(text, style)
            natural[index] = max(natural[index], width)
            let isWhole = columns[index].alignment == .trailing
            least[index] = max(least[index], isWhole ? width : Self.longestWord(text, style, typesetter))
        }
    }

    /// Decides how wide columns are.
    mutating func settle(_ setup: DocumentSetup, _ typesetter: Typesetter) {
        let fit = ColumnFit(
            measure: PageGeometry(setup).measure,
            padding: 2 * Self.padding,
            natural: natural,
            least: least,
            shares: columns.map { column in
                if case .share(let share) = column.width { share } else { nil }
            }
        )
        widths = fit.widths
        natural = []
        least = []
    }

    private static func longestWord(_ text: String, _ style: TextStyle, _ typesetter: Typesetter) -> Double {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count > 1 else { return min(typesetter.width(text, style), 110) }
        guard let longest = words.max(by: { $0.utf8.count < $1.utf8.count }) else { return 0 }
        return min(typesetter.width(String(longest), style), 110)
    }
}
