internal import CPango

/// Pango's part of a document: its own map of fonts, and layouts that are used again and again.
///
/// Pango's maps are not shared, since each belongs to a thread.
final class Typesetter {
    let rightToLeft: Bool
    private let map: OpaquePointer
    private let context: OpaquePointer
    /// For codes, which are read from the left in every document.
    private let codeContext: OpaquePointer
    private var layouts: [Int: TextLayout] = [:]
    private var plain: [TextStyle: PlainWidths] = [:]

    init(language: String, rightToLeft: Bool) throws(DocumentError) {
        self.rightToLeft = rightToLeft
        guard let map = cpango_new_map(), let context = cpango_new_context(map),
            let codeContext = cpango_new_context(map)
        else {
            throw DocumentError(.memory, "Pango could not be started.")
        }
        self.map = map
        self.context = context
        self.codeContext = codeContext
        guard cpango_families(map) > 0 else {
            throw DocumentError(.fonts, "There are no fonts on this machine: install fonts-noto-core.")
        }
        pango_context_set_language(context, pango_language_from_string(language))
        pango_context_set_base_dir(context, PangoDirection(rightToLeft ? cpango_rtl : cpango_ltr))
    }

    deinit {
        FontTurn.take {
            layouts = [:]
            g_object_unref(UnsafeMutableRawPointer(context))
            g_object_unref(UnsafeMutableRawPointer(codeContext))
            g_object_unref(UnsafeMutableRawPointer(map))
        }
    }

    /// The layout for texts of a style.
    ///
    /// - Parameter slot: one for each text that is needed at the same time, such as a column.
    func layout(_ style: TextStyle, _ slot: Int = 0) -> TextLayout {
        let key = slot * TextStyle.allCases.count + style.rawValue
        if let layout = layouts[key] { return layout }
        let isCode = style == .code
        let layout = TextLayout(
            pango_layout_new(isCode ? codeContext : context),
            style,
            rightToLeft: rightToLeft && !isCode
        )
        layouts[key] = layout
        return layout
    }

    /// The widths of ASCII's characters in a style.
    func plainWidths(_ style: TextStyle) -> PlainWidths {
        if let widths = plain[style] { return widths }
        let widths = PlainWidths(layout(style, -1))
        plain[style] = widths
        return widths
    }

    /// How wide a text is in one line.
    func width(_ text: String, _ style: TextStyle) -> Double {
        let layout = layout(style, -1)
        layout.set(text, width: nil, .leading)
        return layout.width
    }
}
