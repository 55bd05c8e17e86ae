#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file or directory that could not be read, written or locked.
package struct FileError: Error, Sendable, CustomStringConvertible {
    /// Which.
    package var path: String
    /// The number of the system's error.
    package var code: Int32

    /// Whether it is none that is read: a link, a pipe, a device, or too long.
    package var isUnfit: Bool { [ELOOP, ENXIO, EFBIG].contains(code) }

    /// Whether no space is left for it.
    package var isFull: Bool { [ENOSPC, EDQUOT].contains(code) }

    /// Which, and why.
    package var description: String { "\(path): \(systemMessage(code))" }

    init(_ path: String, _ code: Int32 = errno) {
        self.path = path
        self.code = code
    }
}

/// The system's words for an error number.
package func systemMessage(_ number: Int32) -> String {
    // strerror's static buffer is avoided: several tasks may fail at once.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        buffer.initialize(repeating: 0)
        guard let base = buffer.baseAddress, strerror_r(number, base, buffer.count) == 0 else {
            return "error \(number)"
        }
        return String(cString: base)
    }
}
