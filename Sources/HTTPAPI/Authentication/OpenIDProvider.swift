import JSON

/// The JWK set of an OpenID provider, found through its configuration (OpenID Connect Discovery 1.0, section 4).
///
/// The configuration is asked for anew each time, so that keys that move are followed.
package final class OpenIDProvider: KeySetSource {
    package let interval: Duration
    package let minimumInterval: Duration
    private let issuer: ProviderURL
    private let configuration: ProviderURL
    private let client: ProviderClient

    /// The provider whose tokens have this `iss`; nil if nothing can be found at such an address: see ``ProviderURL``.
    ///
    /// - Parameter timeout: how long each of the two documents may take.
    package init?(
        issuer text: String,
        interval: Duration = .seconds(300),
        minimumInterval: Duration = .seconds(5),
        timeout: Duration = .seconds(5)
    ) {
        guard let issuer = ProviderURL(text), !issuer.hasQuery else { return nil }
        let base = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let configuration = ProviderURL(base + "/.well-known/openid-configuration") else { return nil }
        self.issuer = issuer
        self.configuration = configuration
        self.interval = interval
        self.minimumInterval = minimumInterval
        client = ProviderClient(timeout: timeout)
    }

    package func read() async throws(KeySetError) -> [UInt8] {
        let bytes = try await client.get(configuration, accept: "application/json", "its configuration")
        return try await client.keySet(keySetURL(in: bytes))
    }

    /// Where a configuration says that the keys are.
    func keySetURL(in bytes: [UInt8]) throws(KeySetError) -> ProviderURL {
        guard let document = try? JSONValue(parsing: bytes).object else {
            throw KeySetError(.malformed, "The provider's configuration is not a JSON object")
        }
        // Or else a provider could speak for another (section 4.3).
        guard document["issuer"]?.string?.hasSameBytes(as: issuer.text) == true else {
            throw KeySetError(.malformed, "The provider's configuration is that of another issuer")
        }
        guard let url = document["jwks_uri"]?.string.flatMap(ProviderURL.init), url.isProtected || !issuer.isProtected
        else {
            throw KeySetError(.malformed, "The provider's configuration names no https:// URL as its jwks_uri")
        }
        return url
    }
}
