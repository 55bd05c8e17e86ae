/// A sheet of a spreadsheet.
package struct SpreadsheetSheet: Sendable, Hashable {
    /// Its name; made fit where programs do not allow it, and different from those before: see ``SheetNames``.
    package var name: String
    /// Its columns. Without any there is no header and no filter: a sheet of facts.
    package var columns: [SpreadsheetColumn]
    /// Whether columns begin at the right.
    package var rightToLeft: Bool
    /// Whether the header filters and sorts.
    package var filter: Bool

    /// A sheet.
    package init(name: String, columns: [SpreadsheetColumn], rightToLeft: Bool = false, filter: Bool = true) {
        self.name = name
        self.columns = columns
        self.rightToLeft = rightToLeft
        self.filter = filter
    }
}
