import Access
import HTTPAPI

/// Signs in by Daybook's own tokens and, where an identity provider is configured, by its JWTs.
struct TokenAuthenticator: Authenticator {
    let tokens: TokenService
    let jwt: JWTAuthenticator?

    func authenticate(bearer token: String) async throws -> SignIn {
        try await authenticate(bearer: token, for: nil)
    }

    func authenticate(bearer token: String, for permission: String?) async throws -> SignIn {
        if token.hasPrefix(Access.APIToken.prefix) {
            do {
                let isWatcher = permission.map(LastKnownAccess.permissions.contains) ?? false
                let owner =
                    isWatcher
                    ? try await tokens.authenticate(
                        token,
                        orKnownWithin: LastKnownAccess.age,
                        patience: LastKnownAccess.patience
                    ) : try await tokens.authenticate(token)
                return SignIn(actor: owner.userID, method: .apiToken(id: owner.tokenID))
            } catch let refusal as TokenRefusal {
                throw AuthenticationFailure(.invalidToken, refusal.description)
            }
        }
        guard let jwt else {
            throw AuthenticationFailure(
                .invalidToken,
                "The token is not one of Daybook, and no identity provider is configured"
            )
        }
        return try await jwt.authenticate(bearer: token)
    }
}
