/// Why a transfer failed. Carries no secret, and nothing of what was sent.
package struct CurlError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: Sendable, Hashable {
        /// The request cannot be made: a malformed address, or a line break in a header field.
        case invalid
        /// The name is not known, or nobody answers there.
        case unreachable
        /// The connection would have gone where this client must not go.
        case forbiddenAddress
        /// It took too long.
        case timedOut
        /// The connection is not encrypted as it has to be, or the other side's certificate is not trusted.
        case untrusted
        /// The user or the password is wrong.
        case notSignedIn
        /// The other side did not take what was sent; `answer` has its reply.
        case notTaken
        /// The answer is longer than what was allowed.
        case answerTooLong
        /// The task was cancelled, or the client has ended.
        case cancelled
        /// The connection broke, or the other side does not speak the protocol.
        case interrupted
    }

    /// What went wrong.
    package let code: Code
    /// What went wrong in words.
    package let message: String
    /// What the other side had said until then.
    package let answer: CurlAnswer

    init(_ code: Code, _ message: String, answer: CurlAnswer = CurlAnswer()) {
        self.code = code
        self.message = message
        self.answer = answer
    }

    package var description: String { message }
}
