/// One transfer: a request by HTTP, or a message by SMTP.
package struct CurlRequest: Sendable {
    /// What is asked.
    package enum Operation: Sendable {
        /// A request of HTTP; the body, if there is one, is sent with it.
        case http(method: String)
        /// A message of SMTP, which is the body: its envelope.
        case mail(from: String, to: [String])
    }

    /// What an SMTP connection has to be.
    package enum MailSecurity: Sendable, Hashable {
        /// Encrypted from the start (`smtps`), or by STARTTLS before anything is said.
        case required
        /// As it comes.
        case off
    }

    /// Who the client is.
    package struct Credentials: Sendable {
        package let user: String
        package let password: String

        /// A user's password.
        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    /// The address: `https`, `http`, `smtp` or `smtps`.
    package var url: String
    /// What is asked.
    package var operation: Operation
    /// Header fields of HTTP.
    package var headers: [(name: String, value: String)] = []
    /// What is sent.
    package var body: [UInt8] = []
    /// Who the client is, for SMTP.
    package var credentials: Credentials?
    /// What an SMTP connection has to be.
    package var mailSecurity = MailSecurity.required
    /// A file with the certificates that are trusted, in place of the system's.
    package var authorities: String?
    /// How long all of it may take.
    package var timeout = Duration.seconds(30)
    /// How long connecting may take, with the handshake of TLS.
    package var connectTimeout = Duration.seconds(10)
    /// How long nothing may come or go before it is given up; nil for as long as `timeout` says.
    package var stall: Duration?
    /// The longest answer, in bytes.
    package var maximumAnswer = 65_536

    /// A transfer.
    package init(_ operation: Operation, _ url: String) {
        self.operation = operation
        self.url = url
    }
}
