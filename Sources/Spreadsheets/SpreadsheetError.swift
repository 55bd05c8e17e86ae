internal import CXlsxWriter

/// A spreadsheet that could not be written. Nothing of it is left.
package struct SpreadsheetError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Sendable, Hashable {
        /// The file could not be made or written.
        case file
        /// A temporary file could not be made, written or read.
        case temporaryFile
        /// There is no space left for the file or for the temporary ones.
        case noSpace
        /// More than a spreadsheet holds.
        case tooLarge
        /// A row of more than 16,384 cells.
        case tooManyColumns
        /// A call that does not belong here: a row before a sheet, anything after the end.
        case order
        /// Out of memory.
        case memory
        /// Anything else that libxlsxwriter refused.
        case library
    }

    /// What kind of failure it is.
    package var code: Code
    /// What went wrong.
    package var message: String
    /// What went wrong.
    package var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: lxw_error) {
        code =
            switch error {
            case LXW_ERROR_MEMORY_MALLOC_FAILED: .memory
            case LXW_ERROR_CREATING_XLSX_FILE, LXW_ERROR_ZIP_FILE_OPERATION, LXW_ERROR_ZIP_FILE_ADD,
                LXW_ERROR_ZIP_CLOSE:
                .file
            case LXW_ERROR_CREATING_TMPFILE, LXW_ERROR_READING_TMPFILE: .temporaryFile
            case LXW_ERROR_ZIP_BAD_ZIP_FILE, LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE: .tooLarge
            default: .library
            }
        message = "The spreadsheet could not be written: \(String(cString: lxw_strerror(error)))"
    }
}
