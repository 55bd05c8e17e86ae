import Documents
import Spreadsheets

extension ExportStorageError {
    /// Does something with a writer, and says what its errors mean for an export.
    static func rethrowing(_ path: String, _ body: () throws -> Void) throws {
        do { try body() } catch let error as SpreadsheetError {
            switch error.code {
            case .noSpace: throw ExportStorageError(.full, full, detail: "\(path): \(error)")
            case .file, .temporaryFile: throw ExportStorageError(.refused, refused, detail: "\(path): \(error)")
            case .tooLarge, .tooManyColumns: throw ExportError(.tooLarge, error.message)
            default: throw error
            }
        } catch let error as DocumentError {
            switch error.code {
            case .noSpace: throw ExportStorageError(.full, full, detail: "\(path): \(error)")
            case .file, .temporaryFile: throw ExportStorageError(.refused, refused, detail: "\(path): \(error)")
            case .cancelled: throw CancellationError()
            default: throw error
            }
        }
    }

    private static let full = "There is no space left where exports are kept."
    private static let refused = "Where exports are kept cannot be written."
}
