import CXlsxWriter
import Foundation

/// The same cells by libxlsxwriter alone: no rules, no checks, no zones, formats at hand.
enum BareSpreadsheet {
    struct Failure: Error {}

    static func write(_ rows: Int, _ directory: String) throws {
        let path = "\(directory)/bare.xlsx"
        defer { unlink(path) }
        let temporary = strdup(directory)
        defer { free(temporary) }
        var options = lxw_workbook_options()
        options.constant_memory = 1
        options.tmpdir = temporary
        guard let workbook = workbook_new_opt(path, &options), let sheet = workbook_add_worksheet(workbook, "Fees")
        else {
            throw Failure()
        }
        func format(_ pattern: String) -> UnsafeMutablePointer<lxw_format>? {
            let format = workbook_add_format(workbook)
            format_set_num_format(format, pattern)
            return format
        }
        let (whole, day, money, moment) =
            (format("0"), format("yyyy-mm-dd"), format("#,##0.00 [$EUR]"), format("yyyy-mm-dd hh:mm:ss"))
        for (column, title) in ExportRow.titles.enumerated() {
            worksheet_write_string(sheet, 0, UInt16(column), title, nil)
        }
        for index in 0..<rows {
            let row = ExportRow(index)
            let line = UInt32(index + 1)
            worksheet_write_number(sheet, line, 0, Double(row.number), whole)
            worksheet_write_string(sheet, line, 1, row.name, nil)
            worksheet_write_string(sheet, line, 2, row.branch, nil)
            worksheet_write_number(sheet, line, 3, Double(row.day.daysSinceEpoch + 25_569), day)
            worksheet_write_number(sheet, line, 4, Double(row.amount) / 100, money)
            worksheet_write_string(sheet, line, 5, row.state, nil)
            let local = row.moment.microseconds / 1_000 + 3_600_000
            worksheet_write_number(sheet, line, 6, Double(local) / 86_400_000 + 25_569, moment)
            worksheet_write_boolean(sheet, line, 7, row.isPaid ? 1 : 0, nil)
        }
        guard workbook_close(workbook) == LXW_NO_ERROR else { throw Failure() }
    }
}
