#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The system's words for an error number.
func systemMessage(_ number: Int32) -> String {
    // strerror's static buffer is avoided: several tasks may fail at once.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        buffer.initialize(repeating: 0)
        guard let base = buffer.baseAddress, strerror_r(number, base, buffer.count) == 0 else {
            return "error \(number)"
        }
        return String(cString: base)
    }
}

extension PrivateClusterError {
    /// The error for a failed system call, from the number that it left.
    static func system(_ action: String, _ number: Int32) -> PrivateClusterError {
        switch number {
        case EACCES, EPERM, EROFS:
            PrivateClusterError(.permissionDenied, "Cannot \(action): \(systemMessage(number)).")
        case ENOSPC, EDQUOT:
            PrivateClusterError(.diskFull, "Cannot \(action): \(systemMessage(number)). Free some space.")
        default:
            PrivateClusterError(.system, "Cannot \(action): \(systemMessage(number)).")
        }
    }
}
