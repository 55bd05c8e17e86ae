import JSON
import Time

/// The claims that sign-in looks at (RFC 7519, section 4.1).
struct JWTClaims {
    private let claims: JSONObject

    init(_ claims: JSONObject) {
        self.claims = claims
    }

    /// The user that the token stands for, once every claim is found to be right.
    func subject(by settings: JWTSettings) throws(AuthenticationFailure) -> String {
        guard claims["iss"]?.string == settings.issuer else { throw refusal("was issued by somebody else") }
        let audience = claims["aud"]
        guard
            audience?.string == settings.audience
                || audience?.array?.contains(where: { $0.string == settings.audience }) == true
        else { throw refusal("is meant for somebody else") }

        let now = settings.clock()
        guard let expiry = try time("exp") else { throw refusal("does not say when it expires") }
        guard now < expiry.advanced(by: settings.clockSkew) else { throw refusal("has expired") }
        if let notBefore = try time("nbf"), now.advanced(by: settings.clockSkew) < notBefore {
            throw refusal("is not valid yet")
        }
        if let issuedAt = try time("iat"), now.advanced(by: settings.clockSkew) < issuedAt {
            throw refusal("was issued in the future")
        }
        guard let subject = claims["sub"]?.string, StringRule.identifier.problem(in: subject) == nil else {
            throw refusal("names no user")
        }
        return subject
    }

    /// When the token expires, for the cache of verified tokens.
    var expiry: Timestamp? { try? time("exp") }

    /// A NumericDate: seconds since the epoch, possibly with a fraction.
    private func time(_ name: String) throws(AuthenticationFailure) -> Timestamp? {
        guard let value = claims[name] else { return nil }
        guard case .number(let number) = value, number.double.isFinite, abs(number.double) < 253_402_300_800 else {
            throw refusal("has a malformed \(name)")
        }
        return Timestamp(microseconds: Int64(number.double * 1_000_000))
    }

    private func refusal(_ what: String) -> AuthenticationFailure {
        AuthenticationFailure(.invalidToken, "The token \(what)")
    }
}
