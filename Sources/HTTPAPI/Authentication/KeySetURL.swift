/// A JWK set behind a URL.
package final class KeySetURL: KeySetSource {
    package let interval: Duration
    package let minimumInterval: Duration
    private let url: ProviderURL
    private let client: ProviderClient

    /// The key set at `url`, read every `interval`, within `timeout` each time.
    package init(
        _ url: ProviderURL,
        interval: Duration = .seconds(300),
        minimumInterval: Duration = .seconds(5),
        timeout: Duration = .seconds(5)
    ) {
        self.url = url
        self.interval = interval
        self.minimumInterval = minimumInterval
        client = ProviderClient(timeout: timeout)
    }

    package func read() async throws(KeySetError) -> [UInt8] {
        try await client.keySet(url)
    }
}

extension ProviderClient {
    /// The JWK set at `url`.
    func keySet(_ url: ProviderURL) async throws(KeySetError) -> [UInt8] {
        try await get(url, accept: "application/jwk-set+json, application/json", "the key set")
    }
}
