import OpenSSL
import Synchronization

/// Signs in by JWTs of one identity provider.
package final class JWTAuthenticator: Authenticator {
    /// A token that was verified before, so that its signature need not be checked again.
    private struct Verified {
        let claims: JWTClaims
        let generation: Int
    }

    private static let maximumVerified = 4_096

    private let settings: JWTSettings
    private let keys: KeySet
    private let verified = Mutex<[Digest32: Verified]>([:])

    package init(_ settings: JWTSettings, keys: KeySet) {
        self.settings = settings
        self.keys = keys
    }

    package func authenticate(bearer token: String) async throws -> SignIn {
        let digest = SHA256.hash(token)
        let generation = keys.generation
        if let known = verified.withLock({ $0[digest] }), known.generation == generation {
            // A signature stays good as long as the keys do; the time does not.
            return try signIn(known.claims)
        }

        let jws = try CompactJWS(token)
        guard let algorithm = JWTSettings.Algorithm(rawValue: jws.algorithm), settings.algorithms.contains(algorithm)
        else {
            throw AuthenticationFailure(.invalidToken, "The algorithm of the token is not accepted")
        }
        // What no key could make good is not worth a search for one.
        let claims = try JWTClaims(jws.claims, by: settings)
        try claims.check(by: settings)
        try await keys.requireSignature(of: jws, algorithm, of: generation)
        if let generation { remember(Verified(claims: claims, generation: generation), of: digest) }
        return try signIn(claims)
    }

    private func signIn(_ claims: JWTClaims) throws(AuthenticationFailure) -> SignIn {
        try claims.check(by: settings)
        return SignIn(actor: claims.subject, method: .jwt(issuer: settings.issuer))
    }

    private func remember(_ token: Verified, of digest: Digest32) {
        verified.withLock { verified in
            // Forgetting all at once is crude and cheap; it costs each client one signature check.
            if verified.count >= Self.maximumVerified { verified.removeAll(keepingCapacity: true) }
            verified[digest] = token
        }
    }
}
