/// Finds out who a bearer token stands for.
package protocol Authenticator: Sendable {
    /// The sign-in that a token proves.
    ///
    /// Throws ``AuthenticationFailure`` for a token that is not accepted. Any other error means that it could not be
    /// found out, and the request is refused for that reason.
    func authenticate(bearer token: String) async throws -> SignIn
}
