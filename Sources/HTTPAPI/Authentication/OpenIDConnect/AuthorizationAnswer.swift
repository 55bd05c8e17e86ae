import JSON
import OpenSSL

/// What the provider has a browser bring (OpenID Connect Core 1.0, section 3.1.2.5; RFC 9207): anybody can make such an address up.
package struct AuthorizationAnswer: Sendable {
    private static let longestCode = 4_096

    let code: String
    private let state: String
    private let issuer: String?
    private let error: String?
    private let description: String?

    /// Reads the parameters of the address. Others than those that are known are passed over, as the standard asks.
    ///
    /// - Throws: ``AuthenticationFailure`` for an address in which one comes twice.
    package init(_ query: [IncomingRequest.QueryItem]) throws(AuthenticationFailure) {
        func value(_ name: String) throws(AuthenticationFailure) -> String? {
            let values = query.filter { $0.name == name }
            guard values.count <= 1 else { throw Self.malformed }
            return values.first.flatMap { $0.value.isEmpty ? nil : $0.value }
        }
        code = try value("code") ?? ""
        state = try value("state") ?? ""
        issuer = try value("iss")
        error = try value("error")
        description = try value("error_description")
        guard code.utf8.count <= Self.longestCode else { throw Self.malformed }
    }

    /// Whether it answers an attempt. Nothing else that it says is looked at before.
    package func answers(_ attempt: AuthorizationAttempt) -> Bool {
        ConstantTime.equal(Array(state.utf8), Array(attempt.state.utf8))
    }

    /// Refuses what is no code of this provider.
    func check(issuer expected: String, isNamed: Bool) throws(AuthenticationFailure) {
        // An answer of another provider, whose code is to be shown to this one (RFC 9700, section 4.4).
        guard issuer.map(expected.hasSameBytes) ?? !isNamed else {
            throw AuthenticationFailure(
                .invalidToken,
                "The answer is not that of the identity provider. Sign in again.",
                counts: false
            )
        }
        if let error {
            throw AuthenticationFailure(
                .invalidToken,
                "The identity provider let nobody in, and says: " + Self.shown(error)
                    + (description.map { " (\(Self.shown($0)))" } ?? ""),
                counts: false
            )
        }
        guard !code.isEmpty else { throw Self.malformed }
    }

    private static let malformed = AuthenticationFailure(
        .invalidToken,
        "The answer of the identity provider is malformed. Sign in again."
    )

    /// A text of the provider, short, and of the characters that RFC 6749 (section 4.1.2.1) lets it have.
    private static func shown(_ text: String) -> String {
        let bytes = text.utf8.prefix(200).map { byte in
            (0x20...0x7E).contains(byte) && byte != 0x22 && byte != 0x5C ? byte : UInt8(ascii: "?")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
