/// Writes a document (PDF) block by block, without keeping rows in memory.
///
/// Its calls block, and it belongs to one thread at a time. Blocks go to a temporary file; pages are made by
/// ``finish(progress:)``, when it is known how many there are. If the writer is let go before, or anything fails, nothing is
/// left of it. The same calls give the same bytes, with one version of Pango, Cairo and the fonts.
package final class DocumentWriter {
    /// How a row looks.
    package enum RowStyle: UInt8, Sendable, Hashable {
        /// A row of data.
        case plain
        /// A sum of rows.
        case total
    }

    /// What was written.
    package struct Summary: Sendable, Hashable {
        /// Pages, with the cover.
        package var pages: Int
        /// Rows of tables.
        package var rows: Int
        /// Characters for which no font on this machine has a picture; shown as boxes with their numbers.
        package var missingGlyphs: Int
    }

    private let path: String
    private let setup: DocumentSetup
    private let spool: Spool
    private let typesetter: Typesetter
    private var tables: [Table] = []
    private var isInTable = false
    private var isBegun = false
    private var isFinished = false
    private var rows = 0
    /// How many cells are told to screen readers: see ``Pager/taggedCells``.
    var taggedCells = Pager.taggedCells

    /// Begins a document.
    ///
    /// - Parameters:
    ///   - path: where it is to be; there must be nothing yet when it is finished. Closed to everybody but its owner.
    ///   - temporaryDirectory: where blocks are until then, about as many bytes as their texts. The file has no name there,
    ///     so a crash leaves nothing.
    ///   - setup: what it is, and how it looks.
    package init(path: String, temporaryDirectory: String, setup: DocumentSetup) throws(DocumentError) {
        self.path = path
        self.setup = setup
        spool = try Spool(directory: temporaryDirectory)
        typesetter = try FontTurn.take { () throws(DocumentError) in
            try Typesetter(language: setup.language, rightToLeft: setup.rightToLeft)
        }
    }

    /// The cover: before anything else, and once.
    package func cover(_ cover: DocumentCover) throws(DocumentError) {
        guard !isBegun else { throw DocumentError(.order, "The cover comes first, and once.") }
        try add(.cover(cover))
    }

    /// A heading, which also becomes a bookmark.
    ///
    /// - Parameter level: from 1 to 3; nearer values are taken for others.
    package func heading(_ text: String, level: Int = 1) throws(DocumentError) {
        try add(.heading(text, level: min(max(level, 1), 3)))
    }

    /// A paragraph of text.
    package func paragraph(_ text: String) throws(DocumentError) { try add(.paragraph(text)) }

    /// Labels and what belongs to them.
    package func facts(_ facts: [DocumentFact]) throws(DocumentError) { try add(.facts(facts)) }

    /// A chart with its title above and its description below.
    package func chart(_ chart: DocumentChart) throws(DocumentError) { try add(.chart(chart)) }

    /// What follows is on a new page.
    package func pageBreak() throws(DocumentError) { try add(.pageBreak) }

    /// A table, until ``endTable()`` or any other block. Its header is repeated on every page.
    package func beginTable(_ columns: [DocumentColumn]) throws(DocumentError) {
        guard !columns.isEmpty else { throw DocumentError(.order, "A table has columns.") }
        try add(.table(tables.count))
        tables.append(FontTurn.take { Table(columns, typesetter) })
        isInTable = true
    }

    /// A row of the table.
    ///
    /// - Parameter cells: from the first column on; what is missing is empty, what is more than the table has is left out.
    package func row(_ cells: [DocumentCell], style: RowStyle = .plain) throws(DocumentError) {
        guard isInTable, !isFinished else { throw DocumentError(.order, "There is no table for this row.") }
        FontTurn.take { tables[tables.count - 1].count(cells, typesetter) }
        rows += 1
        try spool.write(.row(cells, style))
    }

    /// Ends the table.
    package func endTable() throws(DocumentError) {
        guard isInTable else { return }
        isInTable = false
        FontTurn.take { tables[tables.count - 1].settle(setup, typesetter) }
        try spool.write(.tableEnd)
    }

    /// Makes the pages, and completes the file.
    ///
    /// The blocks are laid out twice: once to count pages, once to draw them.
    ///
    /// - Parameter progress: called after each page; false ends it all with ``DocumentError/Code/cancelled``. While pages are
    ///   counted `page` is 0 and `pages` are those so far.
    package func finish(
        progress: (_ page: Int, _ pages: Int) -> Bool = { _, _ in true }
    ) throws(DocumentError) -> Summary {
        guard !isFinished else { throw DocumentError(.order, "The document is finished already.") }
        try endTable()
        isFinished = true
        try spool.complete()
        let counting = Pager(setup, tables, typesetter, canvas: nil, pages: 0, taggedCells: taggedCells)
        try run(counting) { progress(0, $0) }
        let pages = counting.page
        let output = try OutputFile(path)
        do throws(DocumentError) {
            let canvas = try FontTurn.take { () throws(DocumentError) in try Canvas(output, setup) }
            let drawing = Pager(setup, tables, typesetter, canvas: canvas, pages: pages, taggedCells: taggedCells)
            try run(drawing) { progress($0, pages) }
            guard drawing.page == pages else {
                throw DocumentError(.library, "\(drawing.page) pages were drawn where \(pages) were counted.")
            }
            try FontTurn.take(canvas.finish)
            try CatalogUpdate(language: setup.language).append(to: output)
            try output.close()
            return Summary(pages: pages, rows: rows, missingGlyphs: canvas.missingGlyphs)
        } catch {
            output.discard()
            throw error
        }
    }

    private func run(_ pager: Pager, _ goesOn: (_ page: Int) -> Bool) throws(DocumentError) {
        try spool.rewind()
        var reported = 0
        while let block = try spool.read() {
            try FontTurn.take { () throws(DocumentError) in try pager.place(block) }
            // The page that is being filled is not done yet.
            guard pager.page - 1 > reported else { continue }
            reported = pager.page - 1
            guard goesOn(reported) else { throw cancelled }
        }
        try FontTurn.take(pager.end)
        guard goesOn(pager.page) else { throw cancelled }
    }

    private var cancelled: DocumentError { DocumentError(.cancelled, "The document is not wanted any more.") }

    private func add(_ block: Block) throws(DocumentError) {
        guard !isFinished else { throw DocumentError(.order, "The document is finished already.") }
        try endTable()
        isBegun = true
        try spool.write(block)
    }
}
