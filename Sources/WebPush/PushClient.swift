package import Curl
import OpenSSL
package import Time

/// Pushes messages to browsers through their push services.
package struct PushClient: Sendable {
    /// What a push service made of a message.
    package enum Outcome: Sendable, Hashable {
        /// What it made of it.
        case posted(PostOutcome)
        /// The message is too long for it.
        case tooLong
        /// The browser subscribed with another key of this server, or with none of it.
        case otherKey(String)
    }

    private let client: CurlClient
    private let contact: String
    private let authorities: String?
    private let timeout: Duration

    /// - Parameters:
    ///   - contact: a `mailto:` or https address at which push services reach whoever runs this server.
    ///   - authorities: a file with the certificates that are trusted, in place of the system's.
    ///   - timeout: how long a push service may take.
    package init(
        _ client: CurlClient,
        contact: String,
        authorities: String? = nil,
        timeout: Duration = .seconds(10)
    ) {
        self.client = client
        self.contact = contact
        self.authorities = authorities
        self.timeout = timeout
    }

    /// Pushes a message, in the name of one of this server's keys.
    package func push(
        _ message: PushMessage,
        to receiver: PushReceiver,
        by key: ServerKey,
        at now: Timestamp
    ) async -> Outcome {
        guard let origin = receiver.origin else { return .posted(.refused("not an https address")) }
        var request = CurlRequest(.http(method: "POST"), receiver.endpoint)
        do throws(OpenSSLError) {
            request.body = try PushEncryption.seal(message.text, for: receiver)
            request.headers = [
                ("Authorization", try key.authorization(to: origin, contact: contact, at: now)),
                ("Content-Type", "application/octet-stream"), ("Content-Encoding", "aes128gcm"),
                ("TTL", "\(max(0, message.life.components.seconds))"), ("Urgency", message.urgency.rawValue),
            ]
        } catch {
            return .posted(.refused("the subscription's key is none"))
        }
        if let topic = message.topic { request.headers.append(("Topic", topic)) }
        request.authorities = authorities
        request.timeout = timeout
        do throws(CurlError) {
            let answer = try await client.send(request)
            return switch answer.status {
            case 404: .posted(.gone("status 404"))
            case 413: .tooLong
            case 401, 403: .otherKey("status \(answer.status)")
            default: .posted(PostOutcome(answer))
            }
        } catch {
            return .posted(PostOutcome(error))
        }
    }
}
