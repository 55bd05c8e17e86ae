package import Curl
package import Time

/// An address that takes messages as signed JSON (Standard Webhooks 1.0).
package struct Webhook: Sendable {
    private let url: String
    private let secret: WebhookSecret
    private let authorities: String?
    private let timeout: Duration
    private let client: CurlClient

    /// An address, reached through a client that may go there.
    ///
    /// - Parameter authorities: a file with the certificates that are trusted, in place of the system's.
    package init(
        url: String,
        secret: WebhookSecret,
        authorities: String? = nil,
        timeout: Duration = .seconds(20),
        client: CurlClient
    ) {
        self.url = url
        self.secret = secret
        self.authorities = authorities
        self.timeout = timeout
        self.client = client
    }

    /// Posts a message.
    ///
    /// - Parameters:
    ///   - id: the same whenever the same is posted again; without a dot, which separates it from the time.
    ///   - now: when this attempt is made; the receiver refuses old ones.
    package func post(id: String, _ body: [UInt8], at now: Timestamp) async -> PostOutcome {
        let seconds = now.microseconds / 1_000_000
        var request = CurlRequest(.http(method: "POST"), url)
        request.headers = [
            ("Content-Type", "application/json"), ("User-Agent", "daybook"), ("webhook-id", id),
            ("webhook-timestamp", "\(seconds)"),
            ("webhook-signature", secret.signatures(id: id, seconds: seconds, body: body)),
        ]
        request.body = body
        request.authorities = authorities
        request.timeout = timeout
        do throws(CurlError) {
            return PostOutcome(try await client.send(request))
        } catch {
            return PostOutcome(error)
        }
    }
}
