internal import CPango
import Time

/// Cairo's part of a document: what is drawn on pages, and the structure that it has.
final class Canvas {
    private let output: OutputFile
    private let sink: UnsafeMutablePointer<cpango_output>
    private let surface: OpaquePointer
    private let context: OpaquePointer
    private var page = 1
    private var outlines: [Int: Int32] = [:]
    private(set) var missingGlyphs = 0

    init(_ output: OutputFile, _ setup: DocumentSetup) throws(DocumentError) {
        self.output = output
        sink = .allocate(capacity: 1)
        // The file outlives the surface: this object holds both.
        sink.initialize(
            to: cpango_output(
                take: { context, bytes, count in
                    guard let context else { return -1 }
                    let output = Unmanaged<OutputFile>.fromOpaque(context).takeUnretainedValue()
                    return output.write(UnsafeRawBufferPointer(start: bytes, count: Int(count))) ? 0 : -1
                },
                context: Unmanaged.passUnretained(output).toOpaque()
            )
        )
        let geometry = PageGeometry(setup)
        guard let surface = cpango_pdf(sink, geometry.width, geometry.height), let context = cairo_create(surface)
        else {
            sink.deallocate()
            throw DocumentError(.memory, "Cairo could not be started.")
        }
        self.surface = surface
        self.context = context
        // From 1.5 on Cairo notes the text behind glyphs that stand for several characters (ActualText).
        cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5)
        let moment = Timestamp(microseconds: setup.created.microseconds / 1_000_000 * 1_000_000)
        for (key, text) in [
            (CAIRO_PDF_METADATA_TITLE, setup.title), (CAIRO_PDF_METADATA_AUTHOR, setup.author),
            (CAIRO_PDF_METADATA_SUBJECT, setup.subject), (CAIRO_PDF_METADATA_CREATOR, "Daybook"),
            (CAIRO_PDF_METADATA_CREATE_DATE, String(moment.rfc3339.prefix(19)) + "Z"),
            (CAIRO_PDF_METADATA_MOD_DATE, String(moment.rfc3339.prefix(19)) + "Z"),
        ] where !text.isEmpty {
            cairo_pdf_surface_set_metadata(surface, key, plainText(text))
        }
        begin("Document")
    }

    deinit {
        FontTurn.take {
            cairo_destroy(context)
            cairo_surface_destroy(surface)
        }
        sink.deallocate()
    }

    /// What follows is on the next page.
    func nextPage() {
        cairo_show_page(context)
        page += 1
    }

    /// Ends the last page and the document.
    func finish() throws(DocumentError) {
        end("Document")
        cairo_show_page(context)
        try check()
        cairo_surface_finish(surface)
        try check()
    }

    /// Refuses to go on after a failure.
    func check() throws(DocumentError) {
        try output.check()
        let status = [cairo_status(context), cairo_surface_status(surface)].first { $0 != CAIRO_STATUS_SUCCESS }
        guard let status else { return }
        let code: DocumentError.Code = status == CAIRO_STATUS_NO_MEMORY ? .memory : .library
        throw DocumentError(code, "The document could not be drawn: \(String(cString: cairo_status_to_string(status)))")
    }

    /// Begins an element of the structure (ISO 32000-1, 14.8.4).
    func begin(_ tag: String, _ attributes: String = "") { cairo_tag_begin(context, tag, attributes) }

    /// Ends it.
    func end(_ tag: String) { cairo_tag_end(context, tag) }

    /// A bookmark to a place on this page, below the last one of a lower level.
    func addOutline(_ text: String, level: Int, y: Double) {
        let parent = (1..<max(level, 1)).reversed().compactMap { outlines[$0] }.first ?? 0
        let place = "page=\(page) pos=[0 \(Int(max(y, 0)))]"
        let name = plainText(text).replacing("\n", with: " ")
        outlines[level] = cairo_pdf_surface_add_outline(surface, parent, name, place, CAIRO_PDF_OUTLINE_FLAG_OPEN)
        for deeper in outlines.keys where deeper > level { outlines[deeper] = nil }
    }

    /// Draws a text with its upper left corner at a place.
    func show(_ layout: TextLayout, _ x: Double, _ y: Double, _ ink: Ink) {
        use(ink)
        cairo_move_to(context, x, y)
        pango_cairo_show_layout(context, layout.pointer)
        missingGlyphs += layout.missingGlyphs
    }

    /// Draws some lines of a text, the first of them at a place.
    func show(_ layout: TextLayout, _ lines: Range<Int>, _ x: Double, _ y: Double, _ ink: Ink) {
        use(ink)
        var top = 0.0
        layout.eachLine { line in
            if line.number == lines.lowerBound { top = line.top }
            guard lines.contains(line.number) else { return }
            cairo_move_to(context, x + line.x, y + line.baseline - top)
            pango_cairo_show_layout_line(context, line.pointer)
        }
        if lines.lowerBound == 0 { missingGlyphs += layout.missingGlyphs }
    }

    /// Fills a rectangle.
    func fill(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ ink: Ink) {
        use(ink)
        cairo_rectangle(context, x, y, width, height)
        cairo_fill(context)
    }

    /// Draws a line through points.
    func line(_ points: [(x: Double, y: Double)], _ width: Double, _ ink: Ink) {
        guard let first = points.first else { return }
        use(ink)
        cairo_set_line_width(context, width)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        cairo_move_to(context, first.x, first.y)
        for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
        cairo_stroke(context)
    }

    /// Fills a circle.
    func dot(_ x: Double, _ y: Double, _ radius: Double, _ ink: Ink) {
        use(ink)
        cairo_new_sub_path(context)
        cairo_arc(context, x, y, radius, 0, 2 * .pi)
        cairo_fill(context)
    }

    private func use(_ ink: Ink) { cairo_set_source_rgb(context, ink.red, ink.green, ink.blue) }
}
