import JSON
import OpenSSL
import WebPush

/// A browser's push subscription: where its push service is, and the keys that messages are encrypted for (W3C Push API;
/// RFC 8291).
struct PushSubscription: Sendable, Hashable {
    /// The push service's address for this subscription.
    let endpoint: String
    /// The browser's public key on P-256, uncompressed: 65 bytes.
    let publicKey: [UInt8]
    /// The secret that both share: 16 bytes.
    let secret: [UInt8]

    /// Reads what `PushSubscription.toJSON()` gives.
    init(parsing text: String) throws(NotificationError) {
        guard case .object(let object)? = try? JSONValue(parsing: Array(text.utf8)),
            let endpoint = object["endpoint"]?.string, endpoint.hasPrefix("https://"),
            case .object(let keys)? = object["keys"],
            let publicKey = keys["p256dh"]?.string.flatMap({ Base64.decode($0, .urlSafe) }), publicKey.count == 65,
            publicKey[0] == 4,
            let secret = keys["auth"]?.string.flatMap({ Base64.decode($0, .urlSafe) }), secret.count == 16
        else {
            throw NotificationError(
                .invalid(pointer: "/address"),
                "For a browser this is its push subscription as JSON: an https endpoint, and the keys p256dh and auth."
            )
        }
        self.endpoint = endpoint
        self.publicKey = publicKey
        self.secret = secret
    }

    /// Where a push goes.
    var receiver: PushReceiver { PushReceiver(endpoint: endpoint, publicKey: publicKey, secret: secret) }
}
