internal import CXlsxWriter

/// The formats of a workbook, each made when it is first needed.
struct CellFormats {
    /// What a format is for.
    enum Kind: Hashable {
        case plain
        /// Text that looks like a formula.
        case guarded
        case lines
        case integer
        case decimal(places: Int)
        case percent
        case money(Currency)
        case date
        case timestamp
        case link
        case header
    }

    struct Key: Hashable {
        var kind: Kind
        var style: SpreadsheetWriter.RowStyle
        var alignment: SpreadsheetColumn.Alignment
    }

    private var known: [Key: UnsafeMutablePointer<lxw_format>] = [:]

    /// The format to write a cell with; nil for none.
    mutating func format(
        _ kind: Kind,
        _ style: SpreadsheetWriter.RowStyle,
        _ alignment: SpreadsheetColumn.Alignment,
        of workbook: UnsafeMutablePointer<lxw_workbook>
    ) -> UnsafeMutablePointer<lxw_format>? {
        if kind == .plain, style == .plain, alignment == .automatic { return nil }
        let key = Key(kind: kind, style: style, alignment: alignment)
        if let format = known[key] { return format }
        guard let format = workbook_add_format(workbook) else { return nil }
        Self.fill(format, key)
        known[key] = format
        return format
    }

    private static func fill(_ format: UnsafeMutablePointer<lxw_format>, _ key: Key) {
        if let pattern = pattern(key.kind) { format_set_num_format(format, pattern) }
        switch key.kind {
        case .lines: format_set_text_wrap(format)
        case .link:
            format_set_font_color(format, 0x0563c1)
            format_set_underline(format, UInt8(LXW_UNDERLINE_SINGLE.rawValue))
        case .header:
            format_set_bold(format)
            format_set_bg_color(format, 0xe8edf3)
            format_set_bottom(format, UInt8(LXW_BORDER_THIN.rawValue))
            format_set_text_wrap(format)
        default: break
        }
        switch key.style {
        case .plain: break
        case .total:
            format_set_bold(format)
            format_set_top(format, UInt8(LXW_BORDER_THIN.rawValue))
        case .heading: format_set_bold(format)
        }
        // Long cells beside short ones are read from the top.
        format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
        switch key.alignment {
        case .automatic: break
        case .leading: format_set_align(format, UInt8(LXW_ALIGN_LEFT.rawValue))
        case .center: format_set_align(format, UInt8(LXW_ALIGN_CENTER.rawValue))
        case .trailing: format_set_align(format, UInt8(LXW_ALIGN_RIGHT.rawValue))
        }
    }

    private static func pattern(_ kind: Kind) -> String? {
        switch kind {
        case .plain, .lines, .link: nil
        case .guarded, .header: "@"
        case .integer: "0"
        case .decimal(let places): "0" + fraction(places)
        case .percent: "0.0%"
        case .money(let currency): "#,##0\(fraction(currency.digits)) [$\(currency.code)]"
        case .date: "yyyy-mm-dd"
        case .timestamp: "yyyy-mm-dd hh:mm:ss"
        }
    }

    private static func fraction(_ places: Int) -> String {
        places == 0 ? "" : "." + String(repeating: "0", count: places)
    }
}
