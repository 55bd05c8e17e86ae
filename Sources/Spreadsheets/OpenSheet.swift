internal import CXlsxWriter

/// The sheet that rows go to.
struct OpenSheet {
    let sheet: SpreadsheetSheet
    let worksheet: UnsafeMutablePointer<lxw_worksheet>
    var widths: ColumnWidths
    /// The row that comes next, from 0.
    var next = 0
    /// The last row that is no total.
    var lastOfData = 0
    /// Of XML, estimated.
    var bytes = 0

    init(_ sheet: SpreadsheetSheet, _ worksheet: UnsafeMutablePointer<lxw_worksheet>, _ widths: ColumnWidths) {
        self.sheet = sheet
        self.worksheet = worksheet
        self.widths = widths
        if sheet.rightToLeft { worksheet_right_to_left(worksheet) }
        worksheet_set_paper(worksheet, 9)
        worksheet_fit_to_pages(worksheet, 1, 0)
        worksheet_set_footer(worksheet, "&C&P / &N")
        if sheet.columns.count > 5 { worksheet_set_landscape(worksheet) }
        if !sheet.columns.isEmpty {
            worksheet_freeze_panes(worksheet, 1, 0)
            worksheet_repeat_rows(worksheet, 0, 0)
        }
    }

    /// What can only be said at the end: how wide columns are, and what is filtered.
    func complete() {
        for (column, width) in widths.widths.enumerated() {
            let column = UInt16(truncatingIfNeeded: column)
            worksheet_set_column(worksheet, column, column, width, nil)
        }
        if sheet.filter, !sheet.columns.isEmpty {
            let last = UInt16(truncatingIfNeeded: sheet.columns.count - 1)
            // It takes no row that is written already, so it is told the last one first.
            worksheet_autofilter(worksheet, 0, 0, UInt32(truncatingIfNeeded: next), last)
            worksheet.pointee.autofilter.last_row = UInt32(truncatingIfNeeded: lastOfData)
        }
    }

    /// The side of an alignment on this sheet.
    func alignment(of column: Int) -> SpreadsheetColumn.Alignment {
        guard column < sheet.columns.count else { return .automatic }
        let alignment = sheet.columns[column].alignment
        guard sheet.rightToLeft else { return alignment }
        return switch alignment {
        case .leading: .trailing
        case .trailing: .leading
        default: alignment
        }
    }
}
