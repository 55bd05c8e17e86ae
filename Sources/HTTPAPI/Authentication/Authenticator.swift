/// Finds out who a bearer token stands for.
package protocol Authenticator: Sendable {
    /// The sign-in that a token proves.
    ///
    /// Throws ``AuthenticationFailure`` for a token that is not accepted. Any other error means that it could not be
    /// found out, and the request is refused for that reason.
    func authenticate(bearer token: String) async throws -> SignIn

    /// The same for a request that one permission guards, which may bear on how fresh the answer has to be.
    func authenticate(bearer token: String, for permission: String?) async throws -> SignIn
}

extension Authenticator {
    package func authenticate(bearer token: String, for permission: String?) async throws -> SignIn {
        try await authenticate(bearer: token)
    }
}
