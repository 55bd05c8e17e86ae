/// How people sign in by an OpenID provider.
package struct OpenIDClientSettings: Sendable {
    /// Which ID tokens are accepted: their issuer, and as the audience the id that this server has there.
    package var tokens: JWTSettings
    /// What this server shows the provider; nil for a client that has no secret.
    package var secret: (@Sendable () -> String)? = nil
    /// What is asked for; `openid` is among it.
    package var scopes: [String]
    /// Where the provider sends people back to. Made from what the operator says, never from a request.
    package var redirectURI: String
    /// What the provider is called on the page for signing in.
    package var name: String

    /// Settings.
    package init(
        tokens: JWTSettings,
        scopes: [String] = ["openid"],
        redirectURI: String,
        name: String
    ) {
        self.tokens = tokens
        self.scopes = scopes
        self.redirectURI = redirectURI
        self.name = name
    }

    /// What this server is called at the provider.
    package var clientID: String { tokens.audience }
}
