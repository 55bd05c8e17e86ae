/// A table in text, its columns aligned, as wide as its contents.
struct Table: Sendable {
    enum Alignment: Sendable {
        case left, right
    }

    struct Column: Sendable {
        var title: String
        var alignment: Alignment

        init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    let columns: [Column]
    private(set) var rows: [[String]] = []
    /// The widths of what was rendered before, so that the next rows stand below it.
    private var widths: [Int]

    init(_ columns: [Column]) {
        self.columns = columns
        widths = columns.map { TerminalText.width($0.title) }
    }

    init(_ titles: String...) { self.init(titles.map { Column($0) }) }

    /// Adds a row. Words from outside may be given as they are: each cell is made safe and stays on its line.
    /// A row that is too short is filled, one too long is cut.
    mutating func add(_ cells: String...) { add(cells: cells) }

    mutating func add(cells: [String]) {
        let cells = cells.prefix(columns.count).map(TerminalText.line)
        rows.append(cells + Array(repeating: "", count: columns.count - cells.count))
    }

    /// Makes room for the next rows of a table that is shown as it grows.
    mutating func removeRows() {
        widths = columns.indices.map(width)
        rows = []
    }

    func rendered(withTitles: Bool = true) -> String {
        let lines = (withTitles ? [columns.map(\.title)] : []) + rows
        let widths = columns.indices.map(width)
        return lines.map { line(of: $0, widths) }.joined(separator: "\n")
    }

    private func width(_ column: Int) -> Int {
        rows.reduce(widths[column]) { max($0, TerminalText.width($1[column])) }
    }

    private func line(of cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for column in columns.indices {
            if column > 0 { line += "  " }
            let padding = String(repeating: " ", count: max(0, widths[column] - TerminalText.width(cells[column])))
            switch columns[column].alignment {
            case .right: line += padding + cells[column]
            // Nothing to fill after the last column.
            case .left: line += cells[column] + (column == columns.count - 1 ? "" : padding)
            }
        }
        return line
    }
}
