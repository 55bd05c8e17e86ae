/// Puts blocks on pages, one after the other.
///
/// Without a canvas it only counts pages: the same decisions, nothing drawn. So both passes agree by construction.
final class Pager {
    /// Cells whose place in a table is told to screen readers. Cairo keeps what it is told in memory to the end, some 250
    /// bytes a cell; tables beyond that are told as text, page by page.
    static let taggedCells = 100_000

    let setup: DocumentSetup
    let geometry: PageGeometry
    let typesetter: Typesetter
    let canvas: Canvas?
    let tables: [Table]
    private let pages: Int
    /// The page that is being filled; 0 before the first.
    private(set) var page = 0
    /// Where the next block goes.
    var y = 0.0
    /// The table that rows belong to.
    var table: PlacedTable?
    private var isOpen = false
    private var tagged: Int

    init(
        _ setup: DocumentSetup,
        _ tables: [Table],
        _ typesetter: Typesetter,
        canvas: Canvas?,
        pages: Int,
        taggedCells: Int
    ) {
        tagged = taggedCells
        self.setup = setup
        self.tables = tables
        self.typesetter = typesetter
        self.canvas = canvas
        self.pages = pages
        geometry = PageGeometry(setup)
    }

    /// Puts a block on the page, or on as many as it needs.
    func place(_ block: Block) throws(DocumentError) {
        switch block {
        case .cover(let cover): place(cover)
        case .heading(let text, let level): heading(text, level)
        case .paragraph(let text):
            flow(text, .body, .text, tag: "P")
            y += 6
        case .facts(let facts):
            place(facts)
            y += 8
        case .chart(let chart): place(chart)
        case .table(let number): begin(number)
        case .row(let cells, let style): place(cells, style)
        case .tableEnd: endTable()
        case .pageBreak: isOpen = false
        }
        try canvas?.check()
    }

    /// Ends the last page. A document has at least one.
    func end() throws(DocumentError) {
        if page == 0 { newPage() }
        try canvas?.check()
    }

    /// Begins a page, even if the last one has room.
    func newPage() {
        turn()
        decorate()
        y = geometry.top
        table?.continueOnPage(self)
    }

    /// Begins a page unless there is one with so much room, or with nothing on it yet.
    func need(_ height: Double) {
        if !isOpen || (y + height > geometry.bottom && y > geometry.top) { newPage() }
    }

    /// Whether cells of a table are told one by one.
    func isTagged(_ table: Table) -> Bool {
        guard table.cells + table.columns.count <= tagged else { return false }
        tagged -= table.cells + table.columns.count
        return true
    }

    /// Lines of text over the whole width, over as many pages as they need.
    func flow(_ text: String, _ style: TextStyle, _ ink: Ink, tag: String) {
        guard !text.isEmpty else { return }
        need(1)
        let layout = typesetter.layout(style)
        layout.set(text, width: geometry.measure, .leading)
        var line = 0
        while line < layout.lines {
            let (next, height) = layout.fitting(from: line, within: geometry.bottom - y)
            guard next > line else {
                guard y > geometry.top else { return }
                newPage()
                continue
            }
            canvas?.begin(tag)
            canvas?.show(layout, line..<next, geometry.left, y, ink)
            canvas?.end(tag)
            y += height
            line = next
        }
    }

    private func heading(_ text: String, _ level: Int) {
        let style: TextStyle = [.heading1, .heading2, .heading3][level - 1]
        let layout = typesetter.layout(style)
        layout.set(text, width: geometry.measure, .leading)
        // A heading does not stand alone at the foot of a page.
        need(layout.height + 70)
        if y > geometry.top { y += [16, 12, 8][level - 1] }
        canvas?.addOutline(text, level: level, y: y - 4)
        flow(text, style, level == 1 ? .accent : .text, tag: "H\(level)")
        y += [6, 4, 3][level - 1]
    }

    private func place(_ cover: DocumentCover) {
        turn()
        let frame = geometry
        canvas?.fill(frame.x(0, 64), 92, 64, 5, .accent)
        y = 112
        for (text, style, ink, space) in [
            (cover.institution, TextStyle.institution, Ink.quiet, 60.0), (cover.title, .title, .accent, 6),
            (cover.subtitle, .subtitle, .text, 0),
        ] where !text.isEmpty {
            flow(text, style, ink, tag: style == .title ? "H" : "P")
            y += space
        }
        y += 28
        place(cover.facts)
        if !cover.note.isEmpty {
            y += 18
            flow(cover.note, .small, .quiet, tag: "P")
        }
        isOpen = false
    }

    private func turn() {
        if page > 0 { canvas?.nextPage() }
        page += 1
        isOpen = true
    }

    /// The running head and the foot, which are no part of the text.
    private func decorate() {
        let frame = geometry
        guard let canvas else { return }
        let layout = typesetter.layout(.small, 1)
        if !setup.runningHead.isEmpty {
            layout.set(setup.runningHead, width: frame.measure, .leading, isOneLine: true)
            canvas.show(layout, frame.left, frame.head, .quiet)
            canvas.line([(frame.left, frame.head + 13), (frame.right, frame.head + 13)], 0.5, .rule)
        }
        layout.set(setup.pageLabel(page, pages), width: frame.measure * 0.3, .trailing, isOneLine: true)
        canvas.show(layout, frame.x(frame.measure * 0.7, frame.measure * 0.3), frame.foot, .quiet)
        if !setup.footer.isEmpty {
            layout.set(setup.footer, width: frame.measure * 0.68, .leading, isOneLine: true)
            canvas.show(layout, frame.x(0, frame.measure * 0.68), frame.foot, .quiet)
        }
    }
}
