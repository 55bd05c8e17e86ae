package import OpenSSL
package import Time

/// What is known of an API token.
package struct APITokenRecord: Sendable, Hashable {
    /// The user it acts for.
    package let userID: String
    /// SHA-256 of the secret's text.
    package let digest: Digest32
    /// When it ceases to be accepted, if ever.
    package let expiresAt: Timestamp?
    /// Whether it was revoked.
    package let isRevoked: Bool

    package init(userID: String, digest: Digest32, expiresAt: Timestamp?, isRevoked: Bool) {
        self.userID = userID
        self.digest = digest
        self.expiresAt = expiresAt
        self.isRevoked = isRevoked
    }
}

/// Knows the API tokens: the seam between sign-in and the identity read model.
///
/// It is asked for every request, so it had better answer from memory; and a revoked token has to be refused at the very
/// next request, so it had better know of revocations at once.
package protocol APITokenDirectory: Sendable {
    /// What is known of a token; nil if there is none of that id. Throws if it cannot be found out.
    func token(id: String) async throws -> APITokenRecord?
}
