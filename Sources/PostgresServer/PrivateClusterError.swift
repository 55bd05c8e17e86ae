/// What went wrong with the private PostgreSQL cluster, said to the operator who has to put it right.
package struct PrivateClusterError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for code that decides what to do about it.
    package enum Code: String, Sendable {
        /// PostgreSQL's server programs are not installed.
        case serverNotInstalled
        /// The data directory holds something that is not a cluster of this version.
        case unusableDataDirectory
        /// A file or directory may not be used by the account that needs it.
        case permissionDenied
        /// The disk is full, or too full to begin.
        case diskFull
        /// `initdb` failed.
        case initializationFailed
        /// The server did not start.
        case startFailed
        /// The server did not stop.
        case stopFailed
        /// The operating system refused something that should always work.
        case system
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

extension PrivateClusterError {
    /// The error for the output of a failed server program: its own words, and a code that follows from them.
    static func program(_ program: String, failedWith output: String, as code: Code) -> PrivateClusterError {
        let words = output.isEmpty ? "It said nothing." : "It said:\n\(output)"
        if output.contains("No space left on device") {
            return PrivateClusterError(.diskFull, "The disk is full: \(program) stopped. Free some space. \(words)")
        }
        if output.contains("Permission denied") || output.contains("Operation not permitted") {
            return PrivateClusterError(.permissionDenied, "\(program) was refused access to a file. \(words)")
        }
        return PrivateClusterError(code, "\(program) failed. \(words)")
    }
}
