import Files

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

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
