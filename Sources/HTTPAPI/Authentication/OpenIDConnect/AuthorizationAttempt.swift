package import OpenSSL
package import Time

/// What one way to the provider and back is known by. It is kept by the browser that goes it, sealed.
package struct AuthorizationAttempt: Sendable, Hashable {
    /// How long somebody may take.
    package static let longest = Duration.seconds(600)

    /// Comes back with the answer, which so is one to this question, of this browser.
    package var state: String
    /// Comes back in the ID token, which so was made for this attempt.
    package var nonce: String
    /// Shows that whoever brings the code is who asked for it (RFC 7636).
    package var verifier: String
    /// When it began.
    package var startedAt: Timestamp

    /// An attempt as it was kept.
    package init(state: String, nonce: String, verifier: String, startedAt: Timestamp) {
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        self.startedAt = startedAt
    }

    /// A new one: three times 256 random bits.
    package static func begin(at now: Timestamp) throws(OpenSSLError) -> AuthorizationAttempt {
        func random() throws(OpenSSLError) -> String { Base64.encode(try SecureRandom.bytes(32), .urlSafe) }
        return AuthorizationAttempt(
            state: try random(),
            nonce: try random(),
            verifier: try random(),
            startedAt: now
        )
    }

    /// What the provider is told of the verifier (RFC 7636, section 4.2).
    var challenge: String { Base64.encode(SHA256.hash(verifier).bytes, .urlSafe) }

    /// Whether its time is over.
    package func isOver(at now: Timestamp) -> Bool { now - startedAt >= Self.longest }
}
