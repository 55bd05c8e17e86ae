import Curl
package import EventStore
import Events
package import Time
package import WebPush

/// Tells people through their browsers.
package struct PushSender: DeliverySender {
    package let channel = DeliveryChannel.push

    /// How long a push service keeps what has no end of its own.
    private static let life = Duration.seconds(7 * 86_400)
    /// How much shorter it is tried again where a service finds it too long.
    private static let shortRoom = 1_000

    private let client: PushClient
    private let store: KeyStore
    private let links: MessageLinks
    private let clock: @Sendable () -> Timestamp

    /// A way through push services.
    ///
    /// - Parameters:
    ///   - keys: whose secrets the keys are made of by which push services know this server.
    ///   - links: what paths in notifications belong to.
    package init(
        _ client: PushClient,
        keys: KeyStore,
        links: MessageLinks,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.client = client
        store = keys
        self.links = links
        self.clock = clock
    }

    /// Phones' own systems are none of the web's.
    package func reaches(_ kind: String) -> Bool { kind == Notifications.DeviceRegistered.Kind.web.rawValue }

    /// The push service.
    package func host(of address: String) -> String {
        (try? PushSubscription(parsing: address).receiver.host) ?? ""
    }

    /// The keys of this server, that which browsers subscribe with now first. A browser that subscribed before the
    /// signing key was rotated knows the one of that time.
    func keys() throws -> [ServerKey] {
        let secrets = try store.secrets(for: "web-push")
        return try ([secrets.current] + secrets.others).map { try ServerKey(secret: $0) }
    }

    package func send(_ message: OutgoingMessage) async -> DeliveryResult {
        guard let receiver = try? PushSubscription(parsing: message.address).receiver else {
            return .refused("not a browser's push subscription")
        }
        guard let keys = try? keys() else { return .failed("the server's keys cannot be read") }
        let now = clock()
        var answered = "no key"
        for key in keys {
            switch await push(message, to: receiver, by: key, at: now) {
            case .posted(let outcome): return DeliveryResult(outcome)
            case .tooLong: return .refused("status 413")
            case .otherKey(let said): answered = said
            }
        }
        // Perhaps the clocks differ, which passes.
        return .failed(answered)
    }

    private func push(
        _ message: OutgoingMessage,
        to receiver: PushReceiver,
        by key: ServerKey,
        at now: Timestamp
    ) async -> PushClient.Outcome {
        var outcome = PushClient.Outcome.tooLong
        for room in [PushEncryption.longest, Self.shortRoom] {
            guard let push = push(message, room: room, at: now) else { break }
            outcome = await client.push(push, to: receiver, by: key, at: now)
            guard case .tooLong = outcome else { break }
        }
        return outcome
    }

    /// What is pushed; nil if there is no room for it.
    func push(_ message: OutgoingMessage, room: Int, at now: Timestamp) -> PushMessage? {
        guard let text = PushText.bytes(message.items.map { $0.linked(by: links) }, room: room) else { return nil }
        let ends = message.items.map { $0.expiresAt.map { $0 - now } ?? Self.life }
        return PushMessage(
            text,
            life: min(ends.max() ?? Self.life, Self.life),
            urgency: message.items.map(\.urgency).max { $0.rank < $1.rank } ?? .normal,
            // Several were held back together: none of them may take the place of the rest.
            replaces: message.items.count == 1 ? message.items[0].collapseKey : nil
        )
    }
}

extension OutgoingMessage.Item {
    fileprivate var urgency: PushMessage.Urgency {
        switch priority {
        case .low: .low
        case .normal: .normal
        case .high, .urgent: .high
        }
    }
}

extension PushMessage.Urgency {
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
