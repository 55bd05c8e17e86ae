internal import CXlsxWriter
import Links
import Time

extension SpreadsheetWriter {
    /// The greatest number of fifteen digits.
    private static let exact: Int64 = 999_999_999_999_999
    private static let powers: [Double] = [1, 10, 100, 1_000, 10_000]

    /// A cell that is being written.
    struct Place {
        var worksheet: UnsafeMutablePointer<lxw_worksheet>
        var row: UInt32
        var column: UInt16
        var style: RowStyle
        var alignment: SpreadsheetColumn.Alignment
    }

    /// Writes a row, and returns about how many bytes it takes.
    func put(
        _ cells: [SpreadsheetCell],
        _ style: RowStyle,
        _ sheet: inout OpenSheet
    ) throws(SpreadsheetError) -> Int {
        let isMeasured = sheet.widths.isOpen
        var size = 32
        for column in cells.indices {
            let place = Place(
                worksheet: sheet.worksheet,
                row: UInt32(truncatingIfNeeded: sheet.next),
                column: UInt16(truncatingIfNeeded: column),
                style: style,
                alignment: sheet.alignment(of: column)
            )
            let result = put(cells[column], place, &size)
            guard result == LXW_NO_ERROR else { throw failed(SpreadsheetError(result)) }
            if isMeasured { sheet.widths.add(places(of: cells[column]), column) }
        }
        if isMeasured { sheet.widths.count() }
        return size
    }

    /// Writes the titles of the columns; where there are none, a blank cell, since libxlsxwriter keeps the file of a sheet
    /// without any open.
    func writeHeader(_ sheet: inout OpenSheet) throws(SpreadsheetError) {
        for (index, column) in sheet.sheet.columns.enumerated() {
            let title = CellText(column.title.isEmpty ? " " : column.title)
            let format = self.format(.header, .plain, sheet.alignment(of: index))
            let column = UInt16(truncatingIfNeeded: index)
            let result = worksheet_write_string(sheet.worksheet, 0, column, title.text, format)
            guard result == LXW_NO_ERROR else { throw failed(SpreadsheetError(result)) }
        }
        if sheet.sheet.columns.isEmpty {
            worksheet_write_blank(sheet.worksheet, 0, 0, format(.lines, .plain, .automatic))
        } else {
            sheet.next = 1
        }
    }

    private func put(_ cell: SpreadsheetCell, _ place: Place, _ size: inout Int) -> lxw_error {
        size += 32
        switch cell {
        case .empty:
            guard place.style == .total else { return LXW_NO_ERROR }
            return worksheet_write_blank(place.worksheet, place.row, place.column, format(.plain, place))
        case .text(let text): return put(text, place, &size)
        case .integer(let value):
            guard value.magnitude <= Self.exact else { return put(String(value), place, &size) }
            return put(Double(value), .integer, place)
        case .decimal(let text):
            guard let decimal = ExactDecimal(text) else { return put(text, place, &size) }
            return put(decimal.value, .decimal(places: decimal.places), place)
        case .number(let value):
            guard value.isFinite else { return put("\(value)", place, &size) }
            return put(value, .plain, place)
        case .percent(let value):
            guard value.isFinite else { return put("\(value)", place, &size) }
            return put(value, .percent, place)
        case .money(let minor, let currency):
            guard minor.magnitude <= Self.exact else {
                return put("\(currency.text(minor: minor)) \(currency.code)", place, &size)
            }
            return put(Double(minor) / Self.powers[currency.digits], .money(currency), place)
        case .date(let day):
            guard let serial = WallClock.serial(day) else { return put(day.text, place, &size) }
            return put(serial, .date, place)
        case .timestamp(let moment):
            guard let serial = clock.serial(moment) else { return put(clock.text(moment), place, &size) }
            return put(serial, .timestamp, place)
        case .bool(let value):
            let format = format(.plain, place)
            return worksheet_write_boolean(place.worksheet, place.row, place.column, value ? 1 : 0, format)
        case .link(let address, let text): return put(address, text, place, &size)
        }
    }

    private func put(_ value: Double, _ kind: CellFormats.Kind, _ place: Place) -> lxw_error {
        worksheet_write_number(place.worksheet, place.row, place.column, value, format(kind, place))
    }

    private func put(_ text: String, _ place: Place, _ size: inout Int) -> lxw_error {
        let content = CellText(text)
        if content.isShortened { summary.shortened += 1 }
        size += content.text.utf8.count + 32
        let kind: CellFormats.Kind = content.isFormulaLike ? .guarded : content.hasLines ? .lines : .plain
        return worksheet_write_string(place.worksheet, place.row, place.column, content.text, format(kind, place))
    }

    private func put(_ address: String, _ text: String, _ place: Place, _ size: inout Int) -> lxw_error {
        let text = text.isEmpty ? address : text
        // libxlsxwriter finds its own two schemes anywhere in an address.
        guard linksLeft > 0, let link = WebLink(address)?.text, !link.contains("internal:"),
            !link.contains("external:")
        else {
            summary.plainLinks += 1
            return put(text, place, &size)
        }
        linksLeft -= 1
        let content = CellText(text)
        if content.isShortened { summary.shortened += 1 }
        size += content.text.utf8.count + 32
        return worksheet_write_url_opt(
            place.worksheet,
            place.row,
            place.column,
            link,
            format(.link, place),
            content.text,
            nil
        )
    }

    private func format(_ kind: CellFormats.Kind, _ place: Place) -> UnsafeMutablePointer<lxw_format>? {
        format(kind, place.style, place.alignment)
    }

    private func format(
        _ kind: CellFormats.Kind,
        _ style: RowStyle,
        _ alignment: SpreadsheetColumn.Alignment
    ) -> UnsafeMutablePointer<lxw_format>? {
        guard let workbook else { return nil }
        return formats.format(kind, style, alignment, of: workbook)
    }

    private func places(of cell: SpreadsheetCell) -> Int {
        switch cell {
        case .empty: 0
        case .text(let text), .link(_, let text): ColumnWidths.places(text)
        case .integer(let value): String(value).utf8.count
        case .decimal(let text): text.utf8.count
        case .number: 12
        case .percent: 7
        case .money(let minor, let currency): currency.text(minor: minor).utf8.count * 4 / 3 + 4
        case .date: 10
        case .timestamp: 19
        case .bool: 5
        }
    }
}
