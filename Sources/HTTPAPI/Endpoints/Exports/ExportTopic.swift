package import Exports

/// How one's exports get on: `queued`, `running` with rows and percent, `completed`, `waiting`, `failed`, `cancelled`.
package struct ExportTopic: SocketTopic {
    package let name = "exports"
    private let hub: ExportHub

    /// The exports that a hub tells of.
    package init(_ hub: ExportHub) { self.hub = hub }

    package func follow(_ user: String, _ tell: @escaping SocketTopicMessages) -> any SocketSubscription {
        hub.follow(user) { news in await tell { news.write(to: &$0) } }
    }
}

extension ExportHub.Subscription: SocketSubscription {}
