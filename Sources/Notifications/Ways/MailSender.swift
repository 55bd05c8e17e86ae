import Events
package import Mail
package import Time

/// Tells people by e-mail.
package struct MailSender: DeliverySender {
    package let channel = DeliveryChannel.email

    private let server: MailServer
    private let from: MailMessage.Mailbox
    private let links: MessageLinks
    private let unsubscribe: String?
    private let clock: @Sendable () -> Timestamp

    /// A way through a mail server.
    ///
    /// - Parameters:
    ///   - links: what paths in notifications belong to.
    ///   - unsubscribe: the page on which recipients say that they want no more.
    package init(
        _ server: MailServer,
        from: MailMessage.Mailbox,
        links: MessageLinks,
        unsubscribe: String? = nil,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.server = server
        self.from = from
        self.links = links
        self.unsubscribe = unsubscribe
        self.clock = clock
    }

    package func send(_ message: OutgoingMessage) async -> DeliveryResult {
        guard let mail = mail(message) else { return .refused("not an address that mail can be sent to") }
        return switch await server.send(mail) {
        case .taken: .delivered
        case .failed(let why): .failed(why)
        case .unanswered(let why): .unanswered(why)
        case .refused(let why): .refused(why)
        case .noSuchAddress(let why): .gone(why)
        }
    }

    /// The message; nil where there is no such address.
    func mail(_ message: OutgoingMessage) -> MailMessage? {
        guard let address = MailAddress(message.address), let first = message.items.first else { return nil }
        let items = message.items.map { $0.linked(by: links) }
        var mail = MailMessage(
            from: from,
            to: MailMessage.Mailbox(address),
            subject: message.items.count == 1 ? first.title : "\(first.title) (+\(message.items.count - 1))",
            date: clock(),
            id: message.digest,
            text: MailText.plain(items)
        )
        mail.html = MailText.html(items)
        mail.language = first.locale
        mail.unsubscribe = unsubscribe
        mail.isUrgent = message.items.contains { $0.priority == .urgent }
        return mail
    }
}
