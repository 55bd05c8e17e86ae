internal import CXlsxWriter
package import Foundation
import Time

/// Writes a spreadsheet (XLSX), row by row, without keeping rows in memory.
///
/// Its calls block, and it belongs to one thread at a time. The file is whole once ``finish()`` has returned, though not
/// yet brought to the disk; if the writer is let go before, or anything fails, nothing is left of it. The same calls give
/// the same bytes, with one version of libxlsxwriter and of zlib.
///
/// A sheet that is full goes on in another one, with the same header.
package final class SpreadsheetWriter {
    /// How a row looks.
    package enum RowStyle: UInt8, Sendable, Hashable {
        /// A row of data.
        case plain
        /// A sum: bold, under a line. At the end of a sheet it is not filtered nor sorted.
        case total
        /// Bold.
        case heading
    }

    /// What was written.
    package struct Summary: Sendable, Hashable {
        /// Sheets, with those that went on when another was full.
        package var sheets: Int
        /// Rows, without headers.
        package var rows: Int
        /// Cells whose text was cut at 32,767 characters.
        package var shortened: Int
        /// Links that were written as plain text: not to the web or mail, or more than 20,000 of a file.
        package var plainLinks: Int
    }

    private static let rowsPerSheet = 1_048_576
    private static let columnLimit = 16_384
    /// Of XML, estimated; what is compressed is some tenth of it, and has to stay below 4 GB.
    private static let bytesPerSheet = 3_000_000_000
    private static let bytesInAll = 16_000_000_000

    let path: String
    let rows: RowFiles
    private let sheetLimit: Int
    var clock: WallClock
    var formats = CellFormats()
    /// What was written so far.
    package internal(set) var summary = Summary(sheets: 0, rows: 0, shortened: 0, plainLinks: 0)
    var linksLeft = 20_000
    var workbook: UnsafeMutablePointer<lxw_workbook>?
    var open: OpenSheet?
    private var names = SheetNames()
    private var bytes = 0

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - path: where it is to be; there must be nothing yet. Closed to everybody but its owner.
    ///   - temporaryDirectory: where rows are until the end: some ten times as many bytes as the file, for some time
    ///     twice that. They have no names there, so a crash leaves nothing.
    ///   - properties: what the file says of itself.
    ///   - timeZone: in which moments are shown.
    package convenience init(
        path: String,
        temporaryDirectory: String,
        properties: SpreadsheetProperties,
        timeZone: TimeZone
    ) throws(SpreadsheetError) {
        try self.init(
            path: path,
            temporaryDirectory: temporaryDirectory,
            properties: properties,
            timeZone: timeZone,
            rowsPerSheet: Self.rowsPerSheet
        )
    }

    init(
        path: String,
        temporaryDirectory: String,
        properties: SpreadsheetProperties,
        timeZone: TimeZone,
        rowsPerSheet: Int
    ) throws(SpreadsheetError) {
        self.path = path
        sheetLimit = rowsPerSheet
        rows = RowFiles(directory: temporaryDirectory)
        clock = WallClock(timeZone)
        try rows.check()
        let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SpreadsheetError(.file, "\(path): \(String(cString: strerror(errno)))") }
        close(descriptor)
        var options = lxw_workbook_options()
        options.constant_memory = 1
        workbook = temporaryDirectory.withCString { directory in
            options.tmpdir = UnsafeMutablePointer(mutating: directory)
            return workbook_new_opt(path, &options)
        }
        guard let workbook else {
            unlink(path)
            throw SpreadsheetError(LXW_ERROR_MEMORY_MALLOC_FAILED)
        }
        properties.put(into: workbook)
    }

    deinit { discard() }

    /// Begins a sheet; the one before it is done.
    package func beginSheet(_ sheet: SpreadsheetSheet) throws(SpreadsheetError) {
        guard sheet.columns.count <= Self.columnLimit else { throw tooManyColumns }
        try endSheet()
        try begin(sheet, ColumnWidths(sheet.columns))
    }

    /// Writes a row of the sheet.
    ///
    /// - Parameter cells: from the first column on; there may be fewer or more than the sheet has columns.
    package func row(_ cells: [SpreadsheetCell], style: RowStyle = .plain) throws(SpreadsheetError) {
        guard var sheet = open else { throw SpreadsheetError(.order, "There is no sheet for this row.") }
        guard cells.count <= Self.columnLimit else { throw tooManyColumns }
        if sheet.next >= sheetLimit || sheet.bytes > Self.bytesPerSheet {
            let widths = sheet.widths
            try endSheet()
            try begin(sheet.sheet, widths)
            guard let another = open else { return }
            sheet = another
        }
        guard bytes < Self.bytesInAll else {
            throw failed(SpreadsheetError(.tooLarge, "There is more than a spreadsheet can hold."))
        }
        open = nil
        let size = try put(cells, style, &sheet)
        sheet.bytes += size
        bytes += size
        if style != .total { sheet.lastOfData = sheet.next }
        sheet.next += 1
        summary.rows += 1
        open = sheet
        if sheet.next % 1_024 == 0 { try rows.checkWritten(sheet.worksheet) { failed($0) } }
    }

    /// Completes the file.
    ///
    /// A failure to write is found here at the latest: libxlsxwriter ignores those of its temporary files, so what came out
    /// is measured against what went in.
    package func finish() throws(SpreadsheetError) -> Summary {
        if workbook != nil, summary.sheets == 0 { try beginSheet(SpreadsheetSheet(name: "", columns: [])) }
        try endSheet()
        guard let workbook else { throw SpreadsheetError(.order, "The spreadsheet is finished already.") }
        do {
            try rows.checkSpace(for: path)
        } catch { throw failed(error) }
        self.workbook = nil
        let result = workbook_close(workbook)
        do {
            guard result == LXW_NO_ERROR else { throw rows.explained(SpreadsheetError(result), path) }
            try WrittenPackage(path).check(rows.sizes)
        } catch {
            unlink(path)
            throw error as? SpreadsheetError ?? SpreadsheetError(.file, "\(error)")
        }
        return summary
    }

    /// Lets go of everything, and gives the error back to be thrown.
    func failed(_ error: SpreadsheetError) -> SpreadsheetError {
        discard()
        return error
    }

    private var tooManyColumns: SpreadsheetError {
        SpreadsheetError(.tooManyColumns, "A sheet has at most 16,384 columns.")
    }

    private func discard() {
        open = nil
        guard let workbook else { return }
        self.workbook = nil
        cxlsx_discard(workbook)
        unlink(path)
    }

    private func begin(_ sheet: SpreadsheetSheet, _ widths: ColumnWidths) throws(SpreadsheetError) {
        guard let workbook else { throw SpreadsheetError(.order, "The spreadsheet is finished already.") }
        try rows.check()
        guard let worksheet = workbook_add_worksheet(workbook, names.name(for: sheet.name)) else {
            throw failed(SpreadsheetError(LXW_ERROR_CREATING_TMPFILE))
        }
        cxlsx_close_in_children(worksheet)
        summary.sheets += 1
        var opened = OpenSheet(sheet, worksheet, widths)
        try writeHeader(&opened)
        open = opened
    }

    private func endSheet() throws(SpreadsheetError) {
        guard let sheet = open else { return }
        open = nil
        sheet.complete()
        do { try rows.close(sheet.worksheet) } catch { throw failed(error) }
    }
}
