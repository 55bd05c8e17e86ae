import OpenSSL

/// What is pushed, and how a push service is to treat it (RFC 8030).
package struct PushMessage: Sendable, Hashable {
    /// How much it matters, for devices that save power.
    package enum Urgency: String, Sendable, CaseIterable {
        case low
        case normal
        case high
    }

    /// The text, at most `PushEncryption.longest` bytes.
    package var text: [UInt8]
    /// How long the service keeps it for a device that is away.
    package var life: Duration
    package var urgency: Urgency
    /// It takes the place of earlier ones of the same key that have not arrived.
    package var replaces: String?

    /// A message.
    package init(_ text: [UInt8], life: Duration, urgency: Urgency, replaces: String? = nil) {
        self.text = text
        self.life = life
        self.urgency = urgency
        self.replaces = replaces
    }

    /// At most 32 characters of the URL-safe alphabet (RFC 8030, section 5.4): a digest, which tells nothing.
    var topic: String? {
        replaces.map { Base64.encode(Array(SHA256.hash(Array($0.utf8)).bytes.prefix(24)), .urlSafe) }
    }
}
