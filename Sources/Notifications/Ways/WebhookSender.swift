import Curl
import Events
import JSON
package import Time
package import Webhooks

/// Tells people through another program, such as one that sends text messages.
package struct WebhookSender: DeliverySender {
    package let channel = DeliveryChannel.webhook

    private let webhook: Webhook
    private let links: MessageLinks
    private let clock: @Sendable () -> Timestamp

    /// A way through a webhook.
    ///
    /// - Parameter links: what paths in notifications belong to.
    package init(_ webhook: Webhook, links: MessageLinks, clock: @escaping @Sendable () -> Timestamp = { .now() }) {
        self.webhook = webhook
        self.links = links
        self.clock = clock
    }

    package func send(_ message: OutgoingMessage) async -> DeliveryResult {
        let now = clock()
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "notification")
            writer.member("timestamp", now)
            writer.name("data")
            writer.object { writer in
                writer.member("deliveryId", message.deliveryID)
                writer.member("userId", message.userID)
                writer.member(
                    "notifications",
                    array: { writer in
                        for item in message.items { item.linked(by: links).write(to: &writer) }
                    }
                )
            }
        }
        return DeliveryResult(await webhook.post(id: "msg_\(message.digest)", writer.bytes, at: now))
    }
}

extension DeliveryResult {
    /// What a receiver made of it.
    init(_ outcome: PostOutcome) {
        self =
            switch outcome {
            case .taken: .delivered
            case .failed(let why, let pause): .failed(why, after: pause)
            case .unanswered(let why): .unanswered(why)
            case .refused(let why): .refused(why)
            case .gone(let why): .gone(why)
            }
    }
}
