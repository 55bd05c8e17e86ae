internal import CPango

/// A text that is laid out in lines.
final class TextLayout {
    let pointer: OpaquePointer
    let style: TextStyle
    private let rightToLeft: Bool
    private var text = ""
    private var limit: Int32 = -1
    private var alignment = DocumentColumn.Alignment.leading
    private(set) var width = 0.0
    private(set) var height = 0.0
    /// How far right of its left edge the text begins, where Pango was given no width to put it into.
    private(set) var offset = 0.0
    /// Whether it is known to be one line and was not laid out.
    private var isCounted = false

    init(_ pointer: OpaquePointer, _ style: TextStyle, rightToLeft: Bool) {
        self.pointer = pointer
        self.style = style
        self.rightToLeft = rightToLeft
        let font = pango_font_description_from_string(style.font)
        pango_layout_set_font_description(pointer, font)
        pango_font_description_free(font)
        cpango_break_plainly(pointer)
        pango_layout_set_wrap(pointer, PangoWrapMode(cpango_wrap_word_char))
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(pointer)) }

    /// Lays out a text.
    ///
    /// - Parameters:
    ///   - width: lines are no longer; nil: one line for each line of the text.
    ///   - alignment: where lines stand within the width, whatever direction their text has.
    ///   - isOneLine: what does not fit is cut, with an ellipsis.
    func set(_ text: String, width: Double?, _ alignment: DocumentColumn.Alignment, isOneLine: Bool = false) {
        let limit = width.map { Int32(max($0, 1) * Double(cpango_scale)) } ?? -1
        // Columns repeat themselves: what is laid out already is used again.
        offset = 0
        if text == self.text, limit == self.limit, alignment == self.alignment, height > 0, !isCounted { return }
        (self.text, self.limit, self.alignment, isCounted) = (text, limit, alignment, false)
        var content = plainText(text)
        if isOneLine { content = content.replacing("\n", with: " ") }
        pango_layout_set_width(pointer, limit)
        pango_layout_set_ellipsize(pointer, PangoEllipsizeMode(isOneLine ? cpango_ellipsize_end : 0))
        var isOpposite = rightToLeft
        let isPlain = content.withUTF8 { bytes in
            let isPlain = bytes.allSatisfy { $0 < 0x80 }
            bytes.withMemoryRebound(to: CChar.self) { characters in
                let count = Int32(truncatingIfNeeded: characters.count)
                pango_layout_set_text(pointer, characters.baseAddress, count)
                if !isPlain || rightToLeft {
                    let direction = pango_find_base_dir(characters.baseAddress, count)
                    isOpposite = direction == PangoDirection(rightToLeft ? cpango_ltr : cpango_rtl)
                }
            }
            return isPlain
        }
        if isPlain, !rightToLeft { isOpposite = false }
        // Pango exchanges the sides of a line that runs against the document.
        let side =
            switch alignment {
            case .center: cpango_center
            case .leading: rightToLeft != isOpposite ? cpango_right : cpango_left
            case .trailing: rightToLeft != isOpposite ? cpango_left : cpango_right
            }
        pango_layout_set_alignment(pointer, PangoAlignment(side))
        var (across, down): (Int32, Int32) = (0, 0)
        pango_layout_get_size(pointer, &across, &down)
        self.width = Double(across) / Double(cpango_scale)
        height = Double(down) / Double(cpango_scale)
        missingGlyphs = isPlain ? 0 : Int(pango_layout_get_unknown_glyphs_count(pointer))
    }

    /// Lays out the text of a cell; what surely has room in one line is not broken into lines.
    ///
    /// - Parameter isCounted: only ``height`` and ``lines`` are wanted.
    func set(
        cell text: String,
        width: Double,
        _ alignment: DocumentColumn.Alignment,
        _ plain: PlainWidths,
        isCounted: Bool
    ) {
        guard plain.fits(text, within: width) else { return set(text, width: width, alignment) }
        if isCounted {
            self.isCounted = true
            height = plain.height
            return
        }
        set(text, width: nil, .leading)
        offset =
            switch alignment {
            case .leading: rightToLeft ? width - self.width : 0
            case .center: (width - self.width) / 2
            case .trailing: rightToLeft ? 0 : width - self.width
            }
    }

    /// Characters of the text that no font has.
    private(set) var missingGlyphs = 0

    /// The height of lines from one on, as many as fit, and which line comes then.
    func fitting(from first: Int, within room: Double) -> (next: Int, height: Double) {
        if isCounted { return first == 0 && self.height <= room ? (1, self.height) : (first, 0) }
        var (next, top, height) = (first, 0.0, 0.0)
        eachLine { line in
            guard line.number >= first, line.number == next else { return }
            if line.number == first { top = line.top }
            guard line.bottom - top <= room else { return }
            height = line.bottom - top
            next += 1
        }
        return (next, height)
    }

    /// How many lines there are.
    var lines: Int { isCounted ? 1 : Int(pango_layout_get_line_count(pointer)) }

    /// A line, in points from the upper left corner of the text.
    struct Line {
        var number: Int
        var top: Double
        var bottom: Double
        var x: Double
        var baseline: Double
        var pointer: OpaquePointer
    }

    /// Every line from the first to the last.
    func eachLine(_ body: (Line) -> Void) {
        guard let iterator = pango_layout_get_iter(pointer) else { return }
        defer { pango_layout_iter_free(iterator) }
        var number = 0
        repeat {
            var (top, bottom): (Int32, Int32) = (0, 0)
            var logical = PangoRectangle()
            pango_layout_iter_get_line_yrange(iterator, &top, &bottom)
            pango_layout_iter_get_line_extents(iterator, nil, &logical)
            guard let line = pango_layout_iter_get_line_readonly(iterator) else { return }
            let scale = Double(cpango_scale)
            body(
                Line(
                    number: number,
                    top: Double(top) / scale,
                    bottom: Double(bottom) / scale,
                    x: Double(logical.x) / scale,
                    baseline: Double(pango_layout_iter_get_baseline(iterator)) / scale,
                    pointer: line
                )
            )
            number += 1
        } while pango_layout_iter_next_line(iterator) != 0
    }
}
