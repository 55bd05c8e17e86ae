import Access
import JSON
import Time

/// The claims that sign-in looks at (RFC 7519, section 4.1), found to be those of an issuer.
struct JWTClaims: Sendable {
    /// The user that the token stands for.
    let subject: String
    /// When it was issued, if it says so.
    let issuedAt: Timestamp?
    private let expiry: Timestamp
    private let notBefore: Timestamp?

    /// Checks all that does not change with time.
    init(_ claims: JSONObject, by settings: JWTSettings) throws(AuthenticationFailure) {
        guard claims["iss"]?.string?.hasSameBytes(as: settings.issuer) == true else {
            throw Self.refusal("was issued by somebody else")
        }
        guard let audience = claims["aud"], Self.audiences(audience).contains(where: settings.audience.hasSameBytes)
        else {
            throw Self.refusal("is meant for somebody else")
        }
        guard let expiry = try Self.time("exp", claims) else { throw Self.refusal("does not say when it expires") }
        self.expiry = expiry
        notBefore = try Self.time("nbf", claims)
        issuedAt = try Self.time("iat", claims)
        guard let subject = claims["sub"]?.string, StringRule.identifier.problem(in: subject) == nil else {
            throw Self.refusal("names no user")
        }
        guard !AccessActor.isReserved(subject) else {
            throw Self.refusal("has a subject whose name Daybook keeps for itself")
        }
        self.subject = subject
    }

    /// Checks what does: before it expires, and neither before it was issued nor before it is to be used.
    func check(by settings: JWTSettings) throws(AuthenticationFailure) {
        let now = settings.clock()
        let ahead = now.advanced(by: settings.clockSkew)
        guard now < expiry.advanced(by: settings.clockSkew) else { throw Self.refusal("has expired") }
        if let notBefore, ahead < notBefore { throw Self.refusal("is not valid yet") }
        if let issuedAt, ahead < issuedAt { throw Self.refusal("was issued in the future") }
    }

    /// None, if the claim is anything but text or a list of texts.
    private static func audiences(_ claim: JSONValue) -> [String] {
        if let text = claim.string { return [text] }
        guard let list = claim.array else { return [] }
        let texts = list.compactMap(\.string)
        return texts.count == list.count ? texts : []
    }

    /// A NumericDate: seconds since the epoch, possibly with a fraction.
    private static func time(_ name: String, _ claims: JSONObject) throws(AuthenticationFailure) -> Timestamp? {
        guard let value = claims[name] else { return nil }
        // Beyond the year 9999 there is no such time, and what is no number compares with nothing.
        guard case .number(let number) = value, number.double.isFinite, abs(number.double) < 253_402_300_800 else {
            throw refusal("has a malformed \(name)")
        }
        return Timestamp(microseconds: Int64(number.double * 1_000_000))
    }

    private static func refusal(_ what: String) -> AuthenticationFailure {
        AuthenticationFailure(.invalidToken, "The token \(what)")
    }
}
