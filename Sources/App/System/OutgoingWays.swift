import Curl
import EventStore
import Exports
import Mail
import Notifications
import WebPush
import Webhooks

/// The ways of telling people that are configured, beside the inbox.
enum OutgoingWays {
    /// One sender for each way.
    static func connect(_ configuration: DaybookConfiguration, keys: KeyStore) throws -> [any DeliverySender] {
        let settings = configuration.ways
        let links = MessageLinks(origin: configuration.publicAddress?.description)
        var ways: [any DeliverySender] = []
        if let mail = settings.mail { ways.append(try sender(mail, settings, links)) }
        if let webhook = settings.webhook { ways.append(try sender(webhook, settings, links)) }
        if let contact = settings.pushContact {
            // Browsers say where their push services are, so that anybody could name an address of the network within.
            let push = PushClient(
                try CurlClient(reach: .publicAddresses(orIn: [])),
                contact: contact,
                authorities: settings.authorities
            )
            ways.append(PushSender(push, keys: keys, links: links))
        }
        return ways
    }

    private static func sender(
        _ webhook: WaySettings.WebhookSettings,
        _ settings: WaySettings,
        _ links: MessageLinks
    ) throws -> WebhookSender {
        let text = try SecretFile.read(webhook.secretFile, for: .webhookSecretFile)
        guard let secret = WebhookSecret(text.reveal()) else {
            throw SecretFile.refuse(
                .webhookSecretFile,
                "must hold one secret, or a new and an old one: whsec_ and the base 64 of 24 to 64 bytes."
            )
        }
        return WebhookSender(
            Webhook(
                url: webhook.url.reveal(),
                secret: secret,
                authorities: settings.authorities,
                client: try CurlClient(reach: .publicAddresses(orIn: webhook.networks))
            ),
            links: links
        )
    }

    private static func sender(
        _ mail: WaySettings.MailSettings,
        _ settings: WaySettings,
        _ links: MessageLinks
    ) throws -> MailSender {
        let (server, from) = try server(mail, settings)
        return MailSender(server, from: from, links: links, unsubscribe: mail.unsubscribe)
    }

    /// How files are sent; nil where no mail server is configured.
    static func exportMailer(_ configuration: DaybookConfiguration) throws -> ExportMailer? {
        guard let mail = configuration.ways.mail else { return nil }
        let (server, from) = try server(mail, configuration.ways)
        return ExportMailer(server: server, from: from, publicAddress: configuration.publicAddress?.description)
    }

    private static func server(
        _ mail: WaySettings.MailSettings,
        _ settings: WaySettings
    ) throws -> (server: MailServer, from: MailMessage.Mailbox) {
        let password = try mail.passwordFile.map { try SecretFile.read($0, for: .smtpPasswordFile) } ?? mail.password
        guard let address = MailAddress(mail.fromAddress) else {
            throw SecretFile.refuse(.mailFrom, "is no address.")
        }
        let server = MailServer(
            MailServer.Settings(
                url: mail.url,
                credentials: mail.user.flatMap { user in password.map { .init(user: user, password: $0.reveal()) } },
                security: mail.isEncrypted ? .required : .off,
                authorities: settings.authorities
            ),
            // The operator alone says where it is: in most places within a private network.
            client: try CurlClient(reach: .anywhere)
        )
        return (server, MailMessage.Mailbox(address, name: mail.fromName))
    }
}
