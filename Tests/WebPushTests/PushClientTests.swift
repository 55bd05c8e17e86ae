import Curl
import OpenSSL
import TestSupport
import Testing
import Time

@testable import WebPush

/// Pushes to a stand-in of a push service, which opens them with another implementation.
struct PushClientTests {
    private static let key = [UInt8](repeating: 5, count: 32)

    private static func receiver(_ stand: StandIn, _ path: String) throws -> PushReceiver {
        PushReceiver(
            endpoint: "https://127.0.0.1:\(stand.port)\(path)",
            publicKey: try #require(Base64.decode(stand.opening["subscription"]?["p256dh"]?.string ?? "", .urlSafe)),
            secret: try #require(Base64.decode(stand.opening["subscription"]?["auth"]?.string ?? "", .urlSafe))
        )
    }

    private static func client(_ stand: StandIn) throws -> PushClient {
        PushClient(
            try CurlClient(reach: .anywhere),
            contact: "mailto:office@school.example",
            authorities: stand.authority
        )
    }

    @Test func theServiceKnowsTheServerAndTheBrowserReadsTheMessage() async throws {
        let key = try ServerKey(secret: Self.key)
        try await StandIn.run("http_receiver.py", "tls") { stand in
            let message = PushMessage(Array("Grüße".utf8), life: .seconds(90), urgency: .high, replaces: "fee-1")
            let now = Timestamp.now()
            let outcome = await (try Self.client(stand)).push(
                message,
                to: try Self.receiver(stand, "/push/1"),
                by: key,
                at: now
            )
            #expect(outcome == .posted(.taken))
            let seen = try await stand.next()
            #expect(seen["error"] == nil)
            #expect(seen["opened"]?.string == "Grüße")
            #expect(seen["key"]?.string == key.publicText)
            #expect(seen["claims"]?["aud"]?.string == "https://127.0.0.1:\(stand.port)")
            #expect(seen["claims"]?["sub"]?.string == "mailto:office@school.example")
            let ends = try #require(seen["claims"]?["exp"]?.int64) - now.microseconds / 1_000_000
            #expect((1...86_400).contains(ends))
            #expect(seen["headers"]?["ttl"]?.string == "90")
            #expect(seen["headers"]?["urgency"]?.string == "high")
            #expect(seen["headers"]?["content-encoding"]?.string == "aes128gcm")
            let topic = try #require(seen["headers"]?["topic"]?.string)
            #expect(topic.utf8.count == 32 && Base64.decode(topic, .urlSafe) != nil && !topic.contains("fee"))
        }
    }

    @Test func whatTheServiceAnswersIsUnderstood() async throws {
        let key = try ServerKey(secret: Self.key)
        try await StandIn.run("http_receiver.py", "tls") { stand in
            let client = try Self.client(stand)
            let message = PushMessage([1], life: .zero, urgency: .normal)
            for (status, outcome) in [
                ("201", PushClient.Outcome.posted(.taken)), ("404", .posted(.gone("status 404"))),
                ("410", .posted(.gone("status 410"))), ("413", .tooLong), ("400", .posted(.refused("status 400"))),
                ("401", .otherKey("status 401")), ("403", .otherKey("status 403")),
                ("429/30", .posted(.failed("status 429", after: .seconds(30)))),
                ("500", .posted(.failed("status 500"))),
            ] {
                let receiver = try Self.receiver(stand, "/status/\(status)")
                #expect(await client.push(message, to: receiver, by: key, at: .now()) == outcome)
            }
            let plain = PushReceiver(endpoint: "http://127.0.0.1:\(stand.port)/push/1", publicKey: key.key, secret: [])
            #expect(
                await client.push(message, to: plain, by: key, at: .now()) == .posted(.refused("not an https address"))
            )
        }
    }

    @Test func theKeyIsTheSameWhereverItsSecretIs() throws {
        let key = try ServerKey(secret: Self.key)
        #expect(key.publicText == (try ServerKey(secret: Self.key)).publicText)
        #expect(key.publicText != (try ServerKey(secret: [UInt8](repeating: 6, count: 32))).publicText)
        #expect(try #require(Base64.decode(key.publicText, .urlSafe)).count == 65)
    }
}

extension ServerKey {
    fileprivate var key: [UInt8] { Base64.decode(publicText, .urlSafe) ?? [] }
}
