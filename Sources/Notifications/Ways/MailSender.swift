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
        let text = message.items.map { item in
            [item.title, item.text, item.link.map(links.absolute) ?? ""].filter { !$0.isEmpty }
                .joined(separator: "\n\n")
        }
        var mail = MailMessage(
            from: from,
            to: MailMessage.Mailbox(address),
            subject: message.items.count == 1 ? first.title : "\(first.title) (+\(message.items.count - 1))",
            date: clock(),
            id: message.digest,
            text: text.joined(separator: "\n\n* * *\n\n")
        )
        mail.html = html(message.items)
        mail.language = first.locale
        mail.unsubscribe = unsubscribe
        mail.isUrgent = message.items.contains { $0.priority == .urgent }
        return mail
    }

    private func html(_ items: [OutgoingMessage.Item]) -> String {
        let parts = items.map { item in
            let paragraphs = item.text.split(separator: "\n", omittingEmptySubsequences: true)
                .map { "<p>\(HTMLText.escape(String($0)))</p>" }
            let link = item.link.map(links.absolute).map { address in
                let shown = HTMLText.escape(address)
                return address.hasPrefix("https://") ? "<p><a href=\"\(shown)\">\(shown)</a></p>" : "<p>\(shown)</p>"
            }
            return (["<h2>\(HTMLText.escape(item.title))</h2>"] + paragraphs + (link.map { [$0] } ?? []))
                .joined(separator: "\n")
        }
        let language = items.first?.locale.map { " lang=\"\(HTMLText.escape($0))\"" } ?? ""
        return """
            <!DOCTYPE html>
            <html\(language)>
            <head><meta charset="utf-8"><title>\(HTMLText.escape(items.first?.title ?? ""))</title></head>
            <body>
            \(parts.joined(separator: "\n<hr>\n"))
            </body>
            </html>
            """
    }
}
