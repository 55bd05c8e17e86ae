import JWTKit
import OpenSSL
import Synchronization

/// Signs in by JWTs of one identity provider.
package final class JWTAuthenticator: Authenticator {
    /// A token that was verified before, so that its signature need not be checked again.
    private struct Verified {
        let signIn: SignIn
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
            _ = try known.claims.subject(by: settings)
            return known.signIn
        }

        let jws = try CompactJWS(token)
        guard let algorithm = JWTSettings.Algorithm(rawValue: jws.algorithm), settings.algorithms.contains(algorithm)
        else {
            throw AuthenticationFailure(.invalidToken, "The algorithm of the token is not accepted")
        }
        guard let key = try await keys.key(jws.keyID, for: algorithm) else {
            throw AuthenticationFailure(.invalidToken, "The key of the token is not known")
        }
        guard (try? key.verify(jws.signature, signs: jws.signedBytes)) == true else {
            throw AuthenticationFailure(.invalidToken, "The signature of the token is wrong")
        }
        let claims = JWTClaims(jws.claims)
        let signIn = SignIn(actor: try claims.subject(by: settings), method: .jwt(issuer: settings.issuer))
        remember(Verified(signIn: signIn, claims: claims, generation: generation), of: digest)
        return signIn
    }

    private func remember(_ token: Verified, of digest: Digest32) {
        verified.withLock { verified in
            // Forgetting all at once is crude and cheap; it costs each client one signature check.
            if verified.count >= Self.maximumVerified { verified.removeAll(keepingCapacity: true) }
            verified[digest] = token
        }
    }
}
