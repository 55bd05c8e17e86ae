package import Time

/// A message (RFC 5322) with a text, the same as HTML if there is one, and attachments.
package struct MailMessage: Sendable {
    /// Somebody with a name.
    package struct Mailbox: Sendable, Hashable {
        package var name: String?
        package var address: MailAddress

        /// Somebody.
        package init(_ address: MailAddress, name: String? = nil) {
            self.address = address
            self.name = name
        }
    }

    /// A file that goes with it.
    package struct Attachment: Sendable, Hashable {
        package var name: String
        /// Such as `application/pdf`; anything that is no media type is sent as bytes of unknown kind.
        package var mediaType: String
        package var bytes: [UInt8]

        /// A file.
        package init(name: String, mediaType: String, bytes: [UInt8]) {
            self.name = name
            self.mediaType = mediaType
            self.bytes = bytes
        }
    }

    package var from: Mailbox
    package var to: Mailbox
    package var subject: String
    package var date: Timestamp
    /// What tells it from every other, without domain: letters, digits and dashes.
    package var id: String
    package var text: String
    package var html: String?
    /// A BCP 47 tag.
    package var language: String?
    package var attachments: [Attachment] = []
    /// Where its recipient says that they want no more (RFC 2369): an https address.
    package var unsubscribe: String?
    package var isUrgent = false

    /// A message of text.
    package init(from: Mailbox, to: Mailbox, subject: String, date: Timestamp, id: String, text: String) {
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.id = id
        self.text = text
    }
}
