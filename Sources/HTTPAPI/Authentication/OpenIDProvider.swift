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
        try await client.keySet(currentConfiguration().keySetURL)
    }

    /// What the provider says of itself now.
    func currentConfiguration() async throws(KeySetError) -> ProviderConfiguration {
        let bytes = try await client.get(configuration, accept: "application/json", "its configuration")
        return try ProviderConfiguration(bytes, of: issuer)
    }

    /// Where a configuration says that the keys are.
    func keySetURL(in bytes: [UInt8]) throws(KeySetError) -> ProviderURL {
        try ProviderConfiguration(bytes, of: issuer).keySetURL
    }
}
