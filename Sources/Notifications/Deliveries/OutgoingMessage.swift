package import Events
import OpenSSL
package import Time

/// What goes out to one address.
package struct OutgoingMessage: Sendable, Hashable {
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

extension OutgoingMessage {
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
        /// The https address of a picture.
        package var image: String?
        /// What can be done about it.
        package var actions: [Notifications.Sent.Action] = []
        /// What a program is to know about it: a JSON object.
        package var payload: [UInt8]?
        /// Takes the place of earlier ones of the same key.
        package var collapseKey: String?
        /// Of no use any more after this.
        package var expiresAt: Timestamp?
    }
}

extension OutgoingMessage.Item {
    /// The same with whole addresses in place of paths.
    func linked(by links: MessageLinks) -> Self {
        var item = self
        item.link = link.map(links.absolute)
        for index in item.actions.indices { item.actions[index].link = actions[index].link.map(links.absolute) }
        return item
    }
}
