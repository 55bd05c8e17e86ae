import EventStore
import HTTPAPI
import OpenSSL
import Time

/// One way to the identity provider and back, as the browser keeps it that goes it.
struct SignInAttempt: Sendable, Hashable {
    /// The session that it comes to: decided now, so that no attempt comes to two.
    var sessionID: String
    /// What it is known by.
    var authorization: AuthorizationAttempt
    /// The provider that it goes to.
    var issuer: String
    /// The page that it leads to; empty for the first that may be opened.
    var next: String
}

/// Makes attempts into cookies, and knows its own again.
struct AttemptSeal: Sendable {
    private let seal: CookieSeal

    init(keys: KeyStore) {
        seal = CookieSeal(keys: keys, purpose: "console-sign-in-attempts")
    }

    func close(_ attempt: SignInAttempt) throws -> String {
        let known = attempt.authorization
        return try seal.close([
            attempt.sessionID, known.state, known.nonce, known.verifier, String(known.startedAt.microseconds),
            attempt.issuer, attempt.next,
        ])
    }

    /// The attempt of a cookie; nil for what was not made here.
    func open(_ value: String) -> SignInAttempt? {
        guard let parts = seal.open(value), parts.count == 7, let started = Int64(parts[4]) else { return nil }
        return SignInAttempt(
            sessionID: parts[0],
            authorization: AuthorizationAttempt(
                state: parts[1],
                nonce: parts[2],
                verifier: parts[3],
                startedAt: Timestamp(microseconds: started)
            ),
            issuer: parts[5],
            next: parts[6]
        )
    }
}
