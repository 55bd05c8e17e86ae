package import Time

/// Which tokens of an identity provider are accepted.
package struct JWTSettings: Sendable {
    /// Signature algorithms (RFC 7518, RFC 8037). There is none without a key pair: a verifier that knows no shared
    /// secret cannot be talked into taking a public key for one.
    package enum Algorithm: String, Sendable, Hashable, CaseIterable {
        case rs256 = "RS256"
        case rs384 = "RS384"
        case rs512 = "RS512"
        case ps256 = "PS256"
        case ps384 = "PS384"
        case ps512 = "PS512"
        case es256 = "ES256"
        case es384 = "ES384"
        case es512 = "ES512"
        case eddsa = "EdDSA"
    }

    /// Who has to have issued a token (`iss`), to the letter.
    package var issuer: String
    /// Whom a token has to be meant for (`aud`).
    package var audience: String
    /// The algorithms that are taken.
    package var algorithms: Set<Algorithm>
    /// How far the provider's clock may be off.
    package var clockSkew: Duration
    /// The clock that `exp`, `nbf` and `iat` are held against.
    package var clock: @Sendable () -> Timestamp

    package init(
        issuer: String,
        audience: String,
        algorithms: Set<Algorithm> = Set(Algorithm.allCases),
        clockSkew: Duration = .seconds(60),
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.issuer = issuer
        self.audience = audience
        self.algorithms = algorithms
        self.clockSkew = clockSkew
        self.clock = clock
    }
}
