import OpenSSL
import Testing

@testable import WebPush

/// The encryption of pushes, against the example of the standard.
struct PushEncryptionTests {
    private static func bytes(_ text: String) throws -> [UInt8] { try #require(Base64.decode(text, .urlSafe)) }

    /// RFC 8291, appendix A.
    @Test func theExampleOfTheStandardComesOutToTheBit() throws {
        let receiver = PushReceiver(
            endpoint: "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
            publicKey: try Self.bytes(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
            ),
            secret: try Self.bytes("BTBZMqHH6r4Tts7J_aSIgg")
        )
        let key = try P256.PrivateKey(scalar: Self.bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
        let sealed = try PushEncryption.seal(
            Array("When I grow up, I want to be a watermelon".utf8),
            for: receiver,
            by: key,
            salt: Self.bytes("DGv6ra1nlYgDCS1FRnbzlw")
        )
        #expect(
            Base64.encode(sealed, .urlSafe)
                == "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w"
                + "EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        )
    }

    @Test func noTwoOfTheSameAreAlikeAndTheLongestFits() throws {
        let receiver = PushReceiver(
            endpoint: "https://push.example.net/x",
            publicKey: try P256.PrivateKey().publicKey,
            secret: [UInt8](repeating: 1, count: 16)
        )
        let text = [UInt8](repeating: 32, count: PushEncryption.longest)
        let (one, two) = (try PushEncryption.seal(text, for: receiver), try PushEncryption.seal(text, for: receiver))
        #expect(one.count == 4_096 && two.count == 4_096)
        #expect(one.prefix(16) != two.prefix(16))
        #expect(one.dropFirst(21).prefix(65) != two.dropFirst(21).prefix(65))
    }

    @Test func aKeyThatIsNoPointOfTheCurveIsRefused() {
        let receiver = PushReceiver(
            endpoint: "https://push.example.net/x",
            publicKey: [4] + [UInt8](repeating: 1, count: 64),
            secret: [UInt8](repeating: 1, count: 16)
        )
        #expect(throws: OpenSSLError.self) { try PushEncryption.seal([1], for: receiver) }
    }

    @Test(arguments: [
        ("https://push.example.net/a/b?c#d", "https://push.example.net"),
        ("HTTPS://Push.Example/", "https://push.example"),
        ("https://push.example:443/x", "https://push.example"),
        ("https://push.example:8443/x", "https://push.example:8443"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]"), ("http://push.example/", nil), ("https://", nil),
        ("https://a@push.example/", nil), ("https://push example/", nil), ("//push.example/", nil),
    ])
    func aTokenIsForTheOriginOfTheService(endpoint: String, origin: String?) {
        #expect(PushReceiver(endpoint: endpoint, publicKey: [], secret: []).origin == origin)
    }

    @Test(arguments: [
        ("https://Push.Example/x", "push.example"), ("https://push.example:8443/x", "push.example"),
        ("https://[2001:db8::1]:8443/", "[2001:db8::1]"), ("http://push.example/", nil),
    ])
    func aServiceIsOneHostWhicheverPortItIsReachedBy(endpoint: String, host: String?) {
        #expect(PushReceiver(endpoint: endpoint, publicKey: [], secret: []).host == host)
    }
}
