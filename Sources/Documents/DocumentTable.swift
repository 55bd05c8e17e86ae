/// A column of a table.
package struct DocumentColumn: Sendable, Hashable {
    /// Where the text of its cells stands.
    package enum Alignment: UInt8, Sendable, Hashable {
        /// Where lines begin.
        case leading
        /// In the middle.
        case center
        /// Where lines end: numbers. Such cells are not broken into lines if the page is wide enough.
        case trailing
    }

    /// How wide it is.
    package enum Width: Sendable, Hashable {
        /// As its title and the first 200 rows need.
        case fitted
        /// A share of the page: 0.25 is a quarter.
        case share(Double)
    }

    /// What the header says.
    package var title: String
    /// Where the text of its cells stands.
    package var alignment: Alignment
    /// How wide it is.
    package var width: Width

    /// A column.
    package init(_ title: String, alignment: Alignment = .leading, width: Width = .fitted) {
        self.title = title
        self.alignment = alignment
        self.width = width
    }
}

/// The text of a cell.
package struct DocumentCell: Sendable, Hashable, ExpressibleByStringLiteral {
    /// What it says; may have several lines.
    package var text: String
    /// The address it leads to: of the web or of mail, else it is plain text.
    package var link: String?

    /// A cell.
    package init(_ text: String, link: String? = nil) {
        self.text = text
        self.link = link
    }

    package init(stringLiteral value: String) { self.init(value) }
}
