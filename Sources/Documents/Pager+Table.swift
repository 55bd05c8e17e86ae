import Links

/// A table that is being put on pages.
struct PlacedTable {
    let table: Table
    /// Whether each cell is told to screen readers; else the text of each page.
    let isTagged: Bool
    /// The left edges of columns.
    let edges: [Double]
    /// Whether the text of this page is open in the structure.
    var isPageOpen = false

    /// Draws the header again.
    func continueOnPage(_ pager: Pager) { pager.header(self, isFirst: false) }
}

extension Pager {
    /// Begins a table.
    func begin(_ number: Int) {
        let table = tables[number]
        var distance = 0.0
        let edges = table.widths.map { width in
            defer { distance += width }
            return geometry.x(distance, width)
        }
        let placed = PlacedTable(table: table, isTagged: isTagged(table), edges: edges)
        // A header does not stand alone at the foot of a page.
        need(60)
        if y > geometry.top { y += 4 }
        if placed.isTagged { canvas?.begin("Table") }
        header(placed, isFirst: true)
        self.table = placed
    }

    /// Ends the table.
    func endTable() {
        guard let table else { return }
        closePage()
        if table.isTagged { canvas?.end("Table") }
        self.table = nil
        y += 8
    }

    /// Puts a row of the table on the page.
    func place(_ row: [DocumentCell], _ style: DocumentWriter.RowStyle) {
        guard let placed = table else { return }
        let table = placed.table
        let look = style == .plain ? table.style : table.bold
        let cells = table.columns.indices.map { index in
            cell(index < row.count ? row[index] : "", index, placed, look)
        }
        place(cells, padding: 2.5) { isBefore, y, height in
            guard let canvas else { return }
            if isBefore {
                if style != .plain {
                    canvas.fill(geometry.left, y, geometry.measure, height, .band)
                    let ink: Ink = style == .total ? .text : .strong
                    canvas.line([(geometry.left, y), (geometry.right, y)], 0.75, ink)
                }
                openRow(placed)
            } else {
                closeRow(placed)
                canvas.line([(geometry.left, y + height), (geometry.right, y + height)], 0.25, .rule)
            }
        }
    }

    /// The header, at the beginning and at the top of every page. Repeated ones are not told again.
    func header(_ placed: PlacedTable, isFirst: Bool) {
        closePage()
        let table = placed.table
        let cells = table.columns.enumerated().map { index, column in
            let layout = typesetter.layout(table.bold, 200 + index)
            let width = max(table.widths[index] - 2 * Table.padding, 1)
            layout.set(Table.title(column), width: width, column.alignment)
            return PlacedCell(layout: layout, x: placed.edges[index] + Table.padding, ink: .text)
        }
        let height = (cells.map(\.layout.height).max() ?? 0) + 7
        if let canvas {
            canvas.fill(geometry.left, y, geometry.measure, height, .band)
            let isTold = isFirst && placed.isTagged
            if isTold { canvas.begin("TR") }
            for cell in cells {
                if isTold { canvas.begin("TH") }
                // Titles stand at the bottom, where the column begins.
                canvas.show(cell.layout, cell.x, y + height - 3.5 - cell.layout.height, cell.ink)
                if isTold { canvas.end("TH") }
            }
            if isTold { canvas.end("TR") }
            canvas.line([(geometry.left, y + height), (geometry.right, y + height)], 0.75, .strong)
        }
        y += height
    }

    private func cell(_ cell: DocumentCell, _ index: Int, _ placed: PlacedTable, _ look: TextStyle) -> PlacedCell {
        let layout = typesetter.layout(look, 10 + index)
        let width = max(placed.table.widths[index] - 2 * Table.padding, 1)
        layout.set(
            cell: cell.text,
            width: width,
            placed.table.columns[index].alignment,
            typesetter.plainWidths(look),
            isCounted: canvas == nil
        )
        // Parentheses and apostrophes are encoded in it, so it cannot end the string that it stands in.
        let link = cell.link.flatMap { WebLink($0) }.map { "uri='\($0.text)'" }
        return PlacedCell(
            layout: layout,
            x: placed.edges[index] + Table.padding + layout.offset,
            tag: placed.isTagged ? "TD" : nil,
            link: placed.isTagged ? link : nil,
            ink: link == nil ? .text : .link
        )
    }

    private func openRow(_ placed: PlacedTable) {
        if placed.isTagged {
            canvas?.begin("TR")
        } else if table?.isPageOpen == false {
            table?.isPageOpen = true
            canvas?.begin("P")
        }
    }

    private func closeRow(_ placed: PlacedTable) {
        if placed.isTagged { canvas?.end("TR") }
    }

    /// Ends the text of a page of a table whose cells are not told.
    private func closePage() {
        guard table?.isPageOpen == true else { return }
        table?.isPageOpen = false
        canvas?.end("P")
    }
}
