internal import CXlsxWriter
import Foundation

/// The temporary files that the rows of sheets are in until the end.
///
/// libxlsxwriter does not look whether they could be written, and where it cannot make them goes on to other directories.
/// So that is looked at here.
final class RowFiles {
    let directory: String
    /// How many bytes the rows of each sheet take.
    private(set) var sizes: [Int] = []

    init(directory: String) { self.directory = directory }

    /// Refuses a directory in which nothing can be made.
    func check() throws(SpreadsheetError) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory), isDirectory.boolValue,
            access(directory, W_OK | X_OK) == 0
        else {
            throw SpreadsheetError(.temporaryFile, "Temporary files cannot be made in \(directory).")
        }
    }

    /// Refuses to go on when rows were lost.
    func checkWritten(
        _ worksheet: UnsafeMutablePointer<lxw_worksheet>,
        _ failed: (SpreadsheetError) -> SpreadsheetError
    ) throws(SpreadsheetError) {
        guard cxlsx_is_sound(worksheet) != 0 else { throw failed(lost) }
    }

    /// Writes the last row of a sheet, and keeps in mind how long its rows are.
    func close(_ worksheet: UnsafeMutablePointer<lxw_worksheet>) throws(SpreadsheetError) {
        let size = cxlsx_finish_rows(worksheet)
        guard size >= 0 else { throw lost }
        sizes.append(size)
    }

    /// Refuses to complete a file for which there is no space: at the end the rows of one sheet after the other are copied
    /// once more.
    func checkSpace(for path: String) throws(SpreadsheetError) {
        let needed = (sizes.max() ?? 0) + 1_000_000
        guard let free = Self.free(directory), free < needed else { return }
        throw SpreadsheetError(.noSpace, "There is no space for temporary files: \(free) bytes of \(needed).")
    }

    /// The same error, or that there is no space left if that is so, for temporary files or for the file.
    func explained(_ error: SpreadsheetError, _ path: String? = nil) -> SpreadsheetError {
        let places = [directory] + (path.map { [($0 as NSString).deletingLastPathComponent] } ?? [])
        guard places.contains(where: { (Self.free($0) ?? .max) < 1_000_000 }) else { return error }
        return SpreadsheetError(.noSpace, error.message)
    }

    private var lost: SpreadsheetError {
        explained(SpreadsheetError(.temporaryFile, "Rows could not be written to a temporary file."))
    }

    private static func free(_ directory: String) -> Int? {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }
}
