import OpenSSL
package import Time

/// Signs in by Daybook's own tokens and, where an identity provider is configured, by its JWTs.
package struct BearerAuthenticator: Authenticator {
    private let tokens: any APITokenDirectory
    private let jwt: JWTAuthenticator?
    private let clock: @Sendable () -> Timestamp

    package init(
        tokens: any APITokenDirectory,
        jwt: JWTAuthenticator? = nil,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.tokens = tokens
        self.jwt = jwt
        self.clock = clock
    }

    package func authenticate(bearer token: String) async throws -> SignIn {
        if token.hasPrefix(APIToken.prefix) { return try await authenticate(apiToken: token) }
        guard let jwt else {
            throw AuthenticationFailure(
                .invalidToken,
                "The token is not one of Daybook, and no identity provider is set"
            )
        }
        return try await jwt.authenticate(bearer: token)
    }

    private func authenticate(apiToken text: String) async throws -> SignIn {
        // Which of the reasons it was is not told to a caller who does not know the secret.
        let refusal = AuthenticationFailure(.invalidToken, "The token is not known")
        guard let token = APIToken(text), let record = try await tokens.token(id: token.id),
            ConstantTime.equal(token.digest, record.digest)
        else { throw refusal }
        guard !record.isRevoked else { throw AuthenticationFailure(.invalidToken, "The token was revoked") }
        if let expiresAt = record.expiresAt, expiresAt <= clock() {
            throw AuthenticationFailure(.invalidToken, "The token has expired")
        }
        return SignIn(actor: record.userID, method: .apiToken(id: token.id))
    }
}
