/// A column of a sheet: its title and how it looks.
package struct SpreadsheetColumn: Sendable, Hashable {
    /// Where the content of a cell stands. ``automatic``: numbers at one end and text at the other, as programs do it.
    package enum Alignment: UInt8, Sendable, Hashable {
        case automatic, leading, center, trailing
    }

    /// What the header says.
    package var title: String
    /// In characters; nil: fitted to the title and the first rows.
    package var width: Double?
    /// Where the content of its cells stands.
    package var alignment: Alignment

    /// A column.
    package init(_ title: String, width: Double? = nil, alignment: Alignment = .automatic) {
        self.title = title
        self.width = width
        self.alignment = alignment
    }
}
