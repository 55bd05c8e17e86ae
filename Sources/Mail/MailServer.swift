package import Curl

/// A mail server that takes messages for others (RFC 5321, RFC 6409).
package struct MailServer: Sendable {
    /// How it is reached.
    package struct Settings: Sendable {
        /// `smtp://host:587`, encrypted by STARTTLS, or `smtps://host:465`, from the start. A path names this machine to
        /// the server; without one the sender's domain does.
        package var url: String
        package var credentials: CurlRequest.Credentials?
        package var security: CurlRequest.MailSecurity
        /// A file with the certificates that are trusted, in place of the system's.
        package var authorities: String?
        /// How long a message may take.
        package var timeout: Duration

        /// How a server is reached.
        package init(
            url: String,
            credentials: CurlRequest.Credentials? = nil,
            security: CurlRequest.MailSecurity = .required,
            authorities: String? = nil,
            timeout: Duration = .seconds(60)
        ) {
            self.url = url
            self.credentials = credentials
            self.security = security
            self.authorities = authorities
            self.timeout = timeout
        }
    }

    private let settings: Settings
    private let client: CurlClient

    /// A server, reached through a client that may go there.
    package init(_ settings: Settings, client: CurlClient) {
        self.settings = settings
        self.client = client
    }

    /// Hands a message over.
    package func send(_ message: MailMessage) async -> MailOutcome {
        let sender = message.from.address
        let envelope = CurlRequest.Operation.mail(from: "\(sender)", to: ["\(message.to.address)"])
        let afterScheme = settings.url.drop { $0 != ":" }.dropFirst(3)
        var request = CurlRequest(
            envelope,
            afterScheme.contains("/") ? settings.url : "\(settings.url)/\(sender.domain)"
        )
        request.body = message.bytes
        request.credentials = settings.credentials
        request.mailSecurity = settings.security
        request.authorities = settings.authorities
        request.timeout = settings.timeout
        do throws(CurlError) {
            _ = try await client.send(request)
            return .taken
        } catch {
            return MailOutcome(error)
        }
    }
}
