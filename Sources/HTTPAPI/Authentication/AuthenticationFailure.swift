package import HTTPTypes

/// Why nobody is signed in. Never holds any part of a token.
package struct AuthenticationFailure: Error, Sendable, CustomStringConvertible {
    /// What kind of refusal it is.
    package enum Code: Sendable, Hashable {
        /// No credentials, or none of a kind that is understood.
        case missing
        /// The credentials are not formed as RFC 6750 asks.
        case invalidRequest
        /// The token is malformed, unknown, forged, expired, revoked or meant for somebody else.
        case invalidToken
    }

    /// What kind of refusal it is.
    package let code: Code
    /// What is wrong and what to do, in plain ASCII without quotes, as it goes into a header field.
    package let message: String
    /// Whether it is a failure of whoever signs in, and not of who is to vouch for them.
    let counts: Bool

    /// A refusal.
    package init(_ code: Code, _ message: String) {
        self.init(code, message, counts: true)
    }

    init(_ code: Code, _ message: String, counts: Bool) {
        self.code = code
        self.message = message
        self.counts = counts
    }

    package var description: String { message }

    /// There is no token.
    static let noToken = AuthenticationFailure(.missing, "Send a token: Authorization: Bearer TOKEN")
}

extension AuthenticationFailure: ProblemConvertible {
    package var problem: Problem {
        switch code {
        case .missing:
            Problem(.notSignedIn, message, headers: [.bearerChallenge()])
        case .invalidRequest, .invalidToken:
            // RFC 6750, 3.1: "invalid_request" would be a 400.
            Problem(
                .invalidToken,
                message,
                headers: [.bearerChallenge(error: "invalid_token", description: message)]
            )
        }
    }
}

extension HTTPField {
    /// `WWW-Authenticate` for bearer tokens (RFC 6750, section 3).
    package static func bearerChallenge(error: String? = nil, description: String? = nil) -> HTTPField {
        var value = #"Bearer realm="daybook""#
        if let error { value += #", error="\#(error)""# }
        if let description { value += #", error_description="\#(quotable(description))""# }
        return HTTPField(name: .wwwAuthenticate, value: value)
    }

    /// Only what RFC 6750 lets stand between the quotes.
    private static func quotable(_ text: String) -> String {
        String(
            decoding: text.utf8.map { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C ? $0 : UInt8(ascii: "?") },
            as: UTF8.self
        )
    }
}
