package import JSON

/// Something that a client can hear of on the socket of its inbox, beside the inbox: `{"type": "follow", "topic": "exports"}`.
package protocol SocketTopic: Sendable {
    /// What clients call it, and what the messages about it have for their type.
    var name: String { get }

    /// Tells what concerns a user, from now on until the subscription is ended.
    ///
    /// - Parameter tell: sends a message with these members; false if it sends none any more.
    func follow(_ user: String, _ tell: @escaping SocketTopicMessages) -> any SocketSubscription
}

/// Sends a message about a topic, with the members that it is given.
package typealias SocketTopicMessages =
    @Sendable (_ members: @Sendable (inout JSONWriter) -> Void) async -> Bool

/// A client's wish to hear of a topic.
package protocol SocketSubscription: Sendable {
    /// Nothing more is told.
    func end()
}
