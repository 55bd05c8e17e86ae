package import Addresses
import Curl
import Mail

/// By which ways people are told beside their inboxes.
package struct WaySettings: Sendable {
    /// E-mail.
    package struct MailSettings: Sendable {
        package var url: String
        package var user: String?
        package var password: Secret?
        package var passwordFile: String?
        package var isEncrypted: Bool
        package var fromName: String
        package var fromAddress: String
        /// The page on which recipients say that they want no more.
        package var unsubscribe: String?
    }

    /// A webhook.
    package struct WebhookSettings: Sendable {
        package var url: Secret
        package var secretFile: String
        /// Networks that it may go to though they are not public.
        package var networks: [IPNetwork]
    }

    /// Nil where no mail server is configured.
    package var mail: MailSettings?
    /// Nil where none is configured.
    package var webhook: WebhookSettings?
    /// Where push services reach whoever runs the server; nil where nothing is pushed.
    package var pushContact: String?
    /// A file with the certificates that are trusted, in place of the system's.
    package var authorities: String?
}

extension ConfigurationSource {
    mutating func waySettings(institution: String) -> WaySettings {
        WaySettings(
            mail: mailSettings(institution),
            webhook: webhookSettings(),
            pushContact: pushContact(),
            authorities: text(.outgoingAuthorities)
        )
    }

    private mutating func mailSettings(_ institution: String) -> WaySettings.MailSettings? {
        let given: [ConfigurationKey] = [.smtpUser, .smtpPassword, .smtpPasswordFile, .mailFrom, .mailUnsubscribe]
        guard let url = text(.smtpURL) else {
            for key in given where text(key) != nil {
                refuse(key, "is given without \(ConfigurationKey.smtpURL.variable).")
            }
            return nil
        }
        let isEncrypted = choice(.smtpSecurity, ["required", "off"], named: \.self) != "off"
        guard let host = Self.mailHost(url) else {
            refuse(.smtpURL, "must be smtp://host[:port] or smtps://host[:port], without user and password.")
            return nil
        }
        guard let from = text(.mailFrom).flatMap(Self.mailbox) else {
            refuse(.mailFrom, "must be an address such as office@school.example, or a name and one: Office <office@…>.")
            return nil
        }
        let settings = WaySettings.MailSettings(
            url: url,
            user: text(.smtpUser),
            password: text(.smtpPassword).map(Secret.init),
            passwordFile: text(.smtpPasswordFile),
            isEncrypted: isEncrypted,
            fromName: from.name ?? institution,
            fromAddress: from.address,
            unsubscribe: text(.mailUnsubscribe)
        )
        checkSignIn(settings, host)
        if let page = settings.unsubscribe, !page.hasPrefix("https://") {
            refuse(.mailUnsubscribe, "must be an https:// address.")
        }
        return settings
    }

    private mutating func checkSignIn(_ settings: WaySettings.MailSettings, _ host: String) {
        let passwords = (settings.password == nil ? 0 : 1) + (settings.passwordFile == nil ? 0 : 1)
        if passwords > 1 {
            refuse(.smtpPasswordFile, "is given beside \(ConfigurationKey.smtpPassword.variable).")
        } else if (settings.user == nil) != (passwords == 0) {
            refuse(.smtpUser, "and a password go together.")
        }
        if !settings.isEncrypted, settings.user != nil, !["localhost", "127.0.0.1", "[::1]"].contains(host) {
            refuse(.smtpSecurity, "may not be off where a password is sent to another machine.")
        }
    }

    /// The host of an address of SMTP; nil if it is none.
    private static func mailHost(_ url: String) -> String? {
        guard let scheme = ["smtp://", "smtps://"].first(where: { url.lowercased().hasPrefix($0) }) else { return nil }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        guard rest.utf8.allSatisfy({ (33..<127).contains($0) }), !rest.contains("@"), !rest.contains("?"),
            rest.filter({ $0 == "/" }).count <= 1
        else { return nil }
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        let port = authority.dropFirst(host.count)
        guard host.count > 0, port.isEmpty || Int(port.dropFirst()).map({ (1...65_535).contains($0) }) == true else {
            return nil
        }
        return host.lowercased()
    }

    /// `Name <address>`, or the address alone.
    private static func mailbox(_ text: String) -> (name: String?, address: String)? {
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else {
            return MailAddress(text).map { (nil, $0.description) }
        }
        let name = text[..<open].drop { $0 == " " }
        let address = text[text.index(after: open)...].dropLast()
        guard name.count <= 100, let address = MailAddress(String(address)) else { return nil }
        return (name.isEmpty ? nil : String(name.last == " " ? name.dropLast() : name), address.description)
    }

    private mutating func webhookSettings() -> WaySettings.WebhookSettings? {
        let networks = networks(.webhookNetworks)
        guard let url = text(.webhookURL) else {
            for key in [ConfigurationKey.webhookSecretFile, .webhookNetworks] where text(key) != nil {
                refuse(key, "is given without \(ConfigurationKey.webhookURL.variable).")
            }
            return nil
        }
        let schemes = !networks.isEmpty ? ["https://", "http://"] : ["https://"]
        if !schemes.contains(where: { url.lowercased().hasPrefix($0) }) {
            refuse(
                .webhookURL,
                "must be an https:// address; http:// only into \(ConfigurationKey.webhookNetworks.variable)."
            )
        }
        guard let file = text(.webhookSecretFile) else {
            refuse(.webhookSecretFile, "is needed with \(ConfigurationKey.webhookURL.variable).")
            return nil
        }
        return WaySettings.WebhookSettings(url: Secret(url), secretFile: file, networks: networks)
    }

    private mutating func pushContact() -> String? {
        guard let contact = text(.pushContact) else { return nil }
        let isMail = contact.hasPrefix("mailto:") && MailAddress(String(contact.dropFirst("mailto:".count))) != nil
        if !isMail, !(contact.hasPrefix("https://") && contact.utf8.allSatisfy { (33..<127).contains($0) }) {
            refuse(.pushContact, "must be mailto: and an address, or an https:// address.")
        }
        return contact
    }
}
