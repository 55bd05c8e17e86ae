package import Time

/// What a cell of a spreadsheet holds.
///
/// Spreadsheets keep numbers as binary floating point and show fifteen digits. What would lose digits is written as text.
package enum SpreadsheetCell: Sendable, Hashable {
    /// Nothing.
    case empty
    /// Text, and never a formula, whatever it begins with; see ``CellText`` for what happens to it.
    case text(String)
    /// A whole number; with more than fifteen digits it is written as text.
    case integer(Int64)
    /// An exact decimal number as PostgreSQL's `numeric` writes it, such as `-12.50`, with as many decimal places shown.
    /// What is no such number, or has more than fifteen digits, is written as text.
    case decimal(String)
    /// A number; as text if it is not finite.
    case number(Double)
    /// A share of one: 0.875 is shown as 87.5 %.
    case percent(Double)
    /// An amount in the minor unit of its currency; with more than fifteen digits it is written as text.
    case money(minor: Int64, Currency)
    /// A day; before 1900-03-01, where programs disagree, as text `YYYY-MM-DD`.
    case date(CalendarDay)
    /// A moment, shown as local time in the writer's time zone, to the millisecond; early ones as text like days.
    case timestamp(Timestamp)
    /// True or false.
    case bool(Bool)
    /// Text that leads to an address of the web or of mail; any other address leaves plain text.
    case link(String, text: String)

    /// Whether its text is longer than the 32,767 UTF-16 units that a cell holds, and is cut where it is written.
    package var isShortened: Bool {
        switch self {
        case .text(let text), .decimal(let text), .link(_, let text): CellText(text).isShortened
        case .empty, .integer, .number, .percent, .money, .date, .timestamp, .bool: false
        }
    }
}
