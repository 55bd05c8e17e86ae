import COpenSSL

/// A refusal or failure of OpenSSL. Never carries key material.
public struct OpenSSLError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: Sendable, Hashable {
        /// A key is not of the length or form that the algorithm asks for.
        case invalidKey
        /// The operating system gave no randomness.
        case randomUnavailable
        /// The library refused an operation that should always succeed, for want of memory or a provider.
        case libraryFailure
        /// A text is not what was encrypted, or the key is another.
        case decryptionFailed
    }

    /// What went wrong.
    public let code: Code
    /// What went wrong in words, with the library's own reason where it gave one.
    public let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What went wrong in words.
    public var description: String { message }

    /// Takes the newest entry of this thread's error queue, and empties the queue.
    package static func last(_ code: Code, _ message: String) -> OpenSSLError {
        let number = ERR_peek_last_error()
        ERR_clear_error()
        guard number != 0, let reason = ERR_reason_error_string(number) else { return OpenSSLError(code, message) }
        return OpenSSLError(code, "\(message): \(String(cString: reason))")
    }
}
