package import Events
import OpenSSL
package import Time

/// A way of telling somebody something beside the inbox.
package protocol DeliverySender: Sendable {
    /// Which way it is.
    var channel: DeliveryChannel { get }

    /// Sends to one address. Several things at once were held back, and belong together.
    ///
    /// Called again after a failure, and after a crash even where it had gone well: `OutgoingMessage/deliveryID` lets the
    /// other side tell that it is the same.
    func send(_ message: OutgoingMessage) async -> DeliveryResult

    /// Whether it reaches devices of a kind; asked of ways to devices alone.
    func reaches(_ kind: String) -> Bool

    /// What an address is reached through: messages of another host are not held up by one that is slow.
    func host(of address: String) -> String
}

extension DeliverySender {
    package func reaches(_ kind: String) -> Bool { true }
    package func host(of address: String) -> String { "" }
}

/// What goes out to one address.
package struct OutgoingMessage: Sendable, Hashable {
    /// One notification of it.
    package struct Item: Sendable, Hashable {
        /// The notification.
        package var notificationID: String
        /// What kind of thing it is about.
        package var category: String
        /// How much it matters.
        package var priority: Notifications.Sent.Priority
        /// What it is called.
        package var title: String
        /// What it says: plain text.
        package var text: String
        /// The language of both.
        package var locale: String?
        /// Where it leads.
        package var link: String?
        /// Takes the place of earlier ones of the same key.
        package var collapseKey: String?
        /// Of no use any more after this.
        package var expiresAt: Timestamp?
    }

    /// The same whenever the same is sent again.
    package var deliveryID: String
    /// Who is told.
    package var userID: String
    /// Where it goes: an e-mail address, an unsealed push address; for a webhook the user's id.
    package var address: String
    /// What kind of device it is, if it is one.
    package var deviceKind: String?
    /// What they are told, oldest first; at least one.
    package var items: [Item]

    /// What tells it from others in the same letters always, and says nothing of who it is for: of `deliveryID`.
    var digest: String { String(SHA256.hash(Array(deliveryID.utf8)).hex.prefix(40)) }
}

/// What came of sending.
package enum DeliveryResult: Sendable, Hashable {
    /// The other side took it.
    case delivered
    /// It may go well later: not before what the other side asked for, if it did.
    case failed(String, after: Duration? = nil)
    /// Nobody answered: that may pass, and concerns everything that goes there.
    case unanswered(String)
    /// It never will.
    case refused(String)
    /// There is nothing at that address any more.
    case gone(String)
}
