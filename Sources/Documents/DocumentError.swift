import Files

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A document that could not be written. Nothing of it is left.
package struct DocumentError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Sendable, Hashable {
        /// The file could not be made or written.
        case file
        /// The temporary file could not be made, written or read.
        case temporaryFile
        /// There is no space left.
        case noSpace
        /// A call that does not belong here: a row outside a table, a second cover, anything after the end.
        case order
        /// There are no fonts on this machine.
        case fonts
        /// The caller did not want it any more.
        case cancelled
        /// Out of memory.
        case memory
        /// Anything else that Cairo refused.
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

    /// A failure that the system gave a number to.
    init(_ code: Code, _ path: String, number: Int32) {
        self.code = number == ENOSPC || number == EDQUOT ? .noSpace : code
        message = "\(path): \(systemMessage(number))"
    }
}
