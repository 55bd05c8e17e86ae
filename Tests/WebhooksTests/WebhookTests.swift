import Addresses
import Curl
import OpenSSL
import TestSupport
import Testing
import Time

@testable import Webhooks

/// Signed messages, as a receiver sees them.
struct WebhookTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    /// The example of the specification's own libraries.
    @Test func theSignatureIsTheStandardsOwn() throws {
        let secret = try #require(WebhookSecret(Self.secret))
        let body = Array(#"{"test": 2432232314}"#.utf8)
        let signature = secret.signatures(id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: body)
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_!!!!", "a b"])
    func aSecretThatIsNoneOrShortIsNotTaken(text: String) { #expect(WebhookSecret(text) == nil) }

    private static func webhook(_ stand: StandIn, _ path: String, secret: String = secret) throws -> Webhook {
        let networks = [try #require(IPNetwork("127.0.0.1"))]
        return Webhook(
            url: "https://127.0.0.1:\(stand.port)\(path)",
            secret: try #require(WebhookSecret(secret)),
            authorities: stand.authority,
            timeout: .seconds(5),
            client: try CurlClient(reach: .publicAddresses(orIn: networks))
        )
    }

    @Test func aReceiverThatKnowsTheSecretFindsItGenuine() async throws {
        try await StandIn.run("http_receiver.py", "tls", Self.secret) { stand in
            let body = Array(#"{"a":"ü"}"#.utf8)
            #expect(await (try Self.webhook(stand, "/ok")).post(id: "n.a", body, at: .now()) == .taken)
            let seen = try await stand.next()
            #expect(seen["signed"]?.bool == true)
            #expect(seen["body"]?.string == #"{"a":"ü"}"#)
            #expect(seen["headers"]?["webhook-id"]?.string == "n.a")
            #expect(seen["headers"]?["content-type"]?.string == "application/json")
            // While the secret is changed it is signed by both.
            let new = "whsec_\(Base64.encode([UInt8](repeating: 9, count: 32)))"
            let both = try Self.webhook(stand, "/ok", secret: "\(new)\n\(Self.secret)\n")
            #expect(await both.post(id: "n.b", body, at: .now()) == .taken)
            #expect(try await stand.next()["signed"]?.bool == true)
            let other = try Self.webhook(stand, "/ok", secret: new)
            _ = await other.post(id: "n.c", body, at: .now())
            #expect(try await stand.next()["signed"]?.bool == false)
            // What is replayed later is old.
            _ = await (try Self.webhook(stand, "/ok")).post(id: "n.d", body, at: .now() - .seconds(3_600))
            #expect(try await stand.next()["signed"]?.bool == false)
        }
    }

    @Test func whatTheReceiverAnswersDecidesWhetherItIsTriedAgain() async throws {
        try await StandIn.run("http_receiver.py", "tls") { stand in
            for (path, outcome) in [
                ("/status/204", PostOutcome.taken), ("/status/400", .refused("status 400")),
                ("/status/410", .gone("status 410")), ("/status/429/90", .failed("status 429", after: .seconds(90))),
                ("/status/503", .failed("status 503")), ("/redirect", .failed("status 302")), ("/long", .taken),
            ] {
                let webhook = try Self.webhook(stand, path)
                #expect(await webhook.post(id: "x", [], at: .now()) == outcome, "\(path)")
            }
        }
    }

    @Test func anAddressWithinIsRefusedForEver() async throws {
        let webhook = Webhook(
            url: "https://localhost:1/",
            secret: try #require(WebhookSecret(Self.secret)),
            client: try CurlClient(reach: .publicAddresses(orIn: []))
        )
        guard case .refused = await webhook.post(id: "x", [], at: .now()) else {
            Issue.record("it was tried")
            return
        }
    }
}
