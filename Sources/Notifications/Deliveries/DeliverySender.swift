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
