/// A text that stands beside others in a row.
struct PlacedCell {
    var layout: TextLayout
    /// The left edge of its text.
    var x: Double
    /// The element of the structure that it is; nil: part of the one around it.
    var tag: String?
    /// For Cairo's tag; nil: no link.
    var link: String?
    var ink: Ink
    /// The line that comes next.
    var line = 0
}

extension Pager {
    /// What the header of a table takes at most, nearly always.
    private static let header = 60.0

    /// Puts cells side by side, and goes on to further pages where they are higher than one.
    ///
    /// - Parameters:
    ///   - padding: above and below.
    ///   - part: called before what is on one page is drawn, with its upper edge and height, and after it.
    func place(
        _ cells: [PlacedCell],
        padding: Double,
        _ part: (_ isBefore: Bool, _ y: Double, _ height: Double) -> Void = { _, _, _ in }
    ) {
        let height = (cells.map(\.layout.height).max() ?? 0) + 2 * padding
        // What is higher than a page begins here and now, if there is room for some lines.
        need(height > geometry.body - Self.header ? Self.header : height)
        if y + height <= geometry.bottom {
            part(true, y, height)
            for cell in cells { show(cell, 0..<cell.layout.lines, y + padding, isWhole: true) }
            part(false, y, height)
            y += height
            return
        }
        var rest = cells
        while rest.contains(where: { $0.line < $0.layout.lines }) {
            let room = geometry.bottom - y - 2 * padding
            let fits = rest.map { $0.layout.fitting(from: $0.line, within: room) }
            let height = (fits.map(\.height).max() ?? 0) + 2 * padding
            guard zip(rest, fits).contains(where: { $0.line < $1.next }) else {
                // Not one line fits on an empty page: there is no more to be done.
                guard y > geometry.top + Self.header else { return }
                newPage()
                continue
            }
            part(true, y, height)
            for (index, fit) in fits.enumerated() {
                show(rest[index], rest[index].line..<fit.next, y + padding, isWhole: false)
                rest[index].line = fit.next
            }
            part(false, y, height)
            y += height
        }
    }

    /// Labels at the side, and values beside them.
    func place(_ facts: [DocumentFact]) {
        let label = geometry.measure * 0.26
        let value = geometry.measure - label - 12
        for fact in facts {
            let labels = typesetter.layout(.label, 2)
            labels.set(fact.label, width: label, .leading)
            let values = typesetter.layout(fact.isCode ? .code : .body, 2)
            values.set(fact.value, width: value, .leading)
            place(
                [
                    PlacedCell(layout: labels, x: geometry.x(0, label), tag: "P", ink: .quiet),
                    PlacedCell(layout: values, x: geometry.x(label + 12, value), tag: "P", ink: .text),
                ],
                padding: 2.5
            )
        }
    }

    private func show(_ cell: PlacedCell, _ lines: Range<Int>, _ y: Double, isWhole: Bool) {
        guard let canvas else { return }
        if let tag = cell.tag { canvas.begin(tag) }
        if !lines.isEmpty, cell.layout.width > 0 {
            if let link = cell.link { canvas.begin("Link", link) }
            if isWhole {
                canvas.show(cell.layout, cell.x, y, cell.ink)
            } else {
                canvas.show(cell.layout, lines, cell.x, y, cell.ink)
            }
            if cell.link != nil { canvas.end("Link") }
        }
        if let tag = cell.tag { canvas.end(tag) }
    }
}
