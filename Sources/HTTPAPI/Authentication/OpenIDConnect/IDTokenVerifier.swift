import JSON
import OpenSSL
import Time

/// Checks ID tokens (OpenID Connect Core 1.0, section 3.1.3.7).
struct IDTokenVerifier: Sendable {
    let settings: JWTSettings
    let keys: KeySet

    /// Whom an ID token is of, as it is of a token that a program brings.
    ///
    /// - Parameter accessToken: what came with it.
    /// - Throws: ``AuthenticationFailure`` for one that is not for this attempt; `Problem` where its key cannot be looked for.
    func subject(
        of token: String,
        for attempt: AuthorizationAttempt,
        with accessToken: String?
    ) async throws -> String {
        let jws = try CompactJWS(token)
        // An access token that is a JWT says so (RFC 9068), and is for somebody else.
        guard jws.type.map({ $0 == "jwt" }) ?? true else { throw Self.refusal("is no ID token") }
        guard let algorithm = JWTSettings.Algorithm(rawValue: jws.algorithm), settings.algorithms.contains(algorithm)
        else { throw Self.refusal("is signed by an algorithm that is not accepted") }
        let claims = try JWTClaims(jws.claims, by: settings)
        try claims.check(by: settings)
        try check(jws.claims, issuedAt: claims.issuedAt, for: attempt)
        if let hash = jws.claims["at_hash"] { try check(hash, accessToken, algorithm) }
        try await keys.requireSignature(of: jws, algorithm, of: keys.generation)
        return claims.subject
    }

    private func check(
        _ claims: JSONObject,
        issuedAt: Timestamp?,
        for attempt: AuthorizationAttempt
    ) throws(AuthenticationFailure) {
        guard let nonce = claims["nonce"]?.string,
            ConstantTime.equal(Array(nonce.utf8), Array(attempt.nonce.utf8))
        else { throw Self.refusal("was made for another sign-in") }
        guard let issuedAt else { throw Self.refusal("does not say when it was issued") }
        // Most providers tell whole seconds, which so began before an attempt of the same second.
        let startedAt = Timestamp(microseconds: attempt.startedAt.microseconds / 1_000_000 * 1_000_000)
        guard issuedAt.advanced(by: settings.clockSkew) >= startedAt else {
            throw Self.refusal("was issued before this sign-in began")
        }
        // With further audiences it has to say that it was this server that it was issued to.
        let isForSeveral = claims["aud"]?.array.map { $0.count > 1 } ?? false
        guard let party = claims["azp"] else {
            if isForSeveral { throw Self.refusal("does not say to whom it was issued") }
            return
        }
        guard party.string.map(settings.audience.hasSameBytes) == true else {
            throw Self.refusal("was issued to somebody else")
        }
    }

    /// The left half of the access token's digest, by the hash of the signature (section 3.1.3.6).
    private func check(
        _ claim: JSONValue,
        _ accessToken: String?,
        _ algorithm: JWTSettings.Algorithm
    ) throws(AuthenticationFailure) {
        let bytes = accessToken.map { Array($0.utf8) }
        let digest = bytes.map { algorithm.digest(of: $0) }
        guard let digest, let claim = claim.string,
            ConstantTime.equal(
                Array(claim.utf8),
                Array(Base64.encode(Array(digest.prefix(digest.count / 2)), .urlSafe).utf8)
            )
        else { throw Self.refusal("came with another access token") }
    }

    private static func refusal(_ what: String) -> AuthenticationFailure {
        AuthenticationFailure(.invalidToken, "The token \(what)")
    }
}

extension JWTSettings.Algorithm {
    fileprivate func digest(of bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .rs256, .ps256, .es256: SHA256.hash(bytes).bytes
        case .rs384, .ps384, .es384: SHA384.hash(bytes)
        // Ed25519 signs by SHA-512.
        case .rs512, .ps512, .es512, .eddsa: SHA512.hash(bytes)
        }
    }
}
