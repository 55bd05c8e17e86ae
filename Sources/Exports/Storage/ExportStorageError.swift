import Files
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why a file of an export cannot be written, read or removed.
package struct ExportStorageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stands in the way.
    package enum Code: Sendable, Hashable {
        /// No space is left.
        case full
        /// Not allowed, or not there.
        case refused
        /// Not to be reached now.
        case unavailable
        /// There is no such file.
        case notFound
    }

    /// What stands in the way.
    package var code: Code
    /// A sentence without paths or addresses.
    package var message: String
    /// What whoever runs the program needs to know beside.
    package var detail: String?

    /// A reason.
    package init(_ code: Code, _ message: String, detail: String? = nil) {
        self.code = code
        self.message = message
        self.detail = detail
    }

    /// What an error of the system means, where a file was written.
    package init(writing error: any Error, _ path: String) {
        let number = Self.number(error)
        let isFull = number == ENOSPC || number == EDQUOT || number == EFBIG
        self.init(
            isFull ? .full : .refused,
            isFull ? "There is no space left where exports are kept." : "Where exports are kept cannot be written.",
            detail: "\(path): \(error)"
        )
    }

    private static func number(_ error: any Error) -> Int32 {
        if let error = error as? FileError { return error.code }
        let error = error as NSError
        if let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError { return number(underlying) }
        if error.domain == NSPOSIXErrorDomain { return Int32(clamping: error.code) }
        return error.code == CocoaError.fileWriteOutOfSpace.rawValue ? ENOSPC : EIO
    }

    /// All of it.
    package var description: String { detail.map { "\(message) (\($0))" } ?? message }
}
