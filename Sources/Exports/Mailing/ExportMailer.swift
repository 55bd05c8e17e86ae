package import Mail

/// How files are sent by e-mail: as attachments up to a size, as links beyond.
package struct ExportMailer: Sendable {
    /// The mail server.
    package var server: MailServer
    /// Who sends.
    package var from: MailMessage.Mailbox
    /// Where this Daybook is reached from outside, for links; files that are too large for attachments are not sent
    /// without.
    package var publicAddress: String?
    /// The largest file that is attached.
    package var attachmentLimit: Int64 = 8 << 20
    /// How long a link is good for.
    package var linkLife = Duration.seconds(7 * 86_400)

    /// A way of sending.
    package init(server: MailServer, from: MailMessage.Mailbox, publicAddress: String?) {
        self.server = server
        self.from = from
        self.publicAddress = publicAddress
    }
}
