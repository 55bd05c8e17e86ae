import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import HTTPAPI

/// Keys that are found through the issuer's OpenID configuration.
@Suite struct OpenIDProviderTests {
    @Test(arguments: ["", "/", "/tenant", "/tenant/"])
    func theKeysAreWhereTheConfigurationSays(path: String) async throws {
        let issuer = try await TestIssuer.make()
        let port = Mutex(0)
        let base = path.hasSuffix("/") ? String(path.dropLast()) : path
        let router = Router()
        router.get(RouterPath(base + "/.well-known/openid-configuration")) { _, _ in
            let root = "http://127.0.0.1:\(port.withLock { $0 })"
            return ByteBuffer(string: #"{"issuer":"\#(root)\#(path)","jwks_uri":"\#(root)/keys","x":[1]}"#)
        }
        router.get("keys") { _, _ in ByteBuffer(bytes: TestIssuer.keySet(issuer)) }
        try await withListening(router) { (listening: Int) async throws in
            port.withLock { $0 = listening }
            let name = "http://127.0.0.1:\(listening)\(path)"
            var settings = TestIssuer.settings
            settings.issuer = name
            let source = try #require(OpenIDProvider(issuer: name, timeout: .seconds(30)))
            let keys = KeySet(source, algorithms: settings.algorithms, logger: .silent)
            let jwt = JWTAuthenticator(settings, keys: keys)
            #expect(try await outcome(of: issuer.token(claims: ["iss": .string(name)]), by: jwt) == "ok")
            #expect(try await outcome(of: issuer.token(), by: jwt) == "401")
        }
    }

    @Test(arguments: ["missing", "moved", "rubbish"])
    func aConfigurationThatIsNoneIsAnError(path: String) async throws {
        let router = Router()
        router.get("moved/.well-known/openid-configuration") { _, _ in Response.redirect(to: "/elsewhere") }
        router.get("rubbish/.well-known/openid-configuration") { _, _ in ByteBuffer(string: "<html>") }
        let isFollowed = Mutex(false)
        router.get("elsewhere") { _, _ in
            isFollowed.withLock { $0 = true }
            return ByteBuffer(string: "{}")
        }
        try await withListening(router) { (port: Int) async throws in
            let source = try #require(OpenIDProvider(issuer: "http://127.0.0.1:\(port)/\(path)"))
            await #expect(throws: KeySetError.self) { try await source.read() }
        }
        #expect(!isFollowed.withLock { $0 })
    }

    private func place(_ configuration: String, of issuer: String = "https://id.example.org") throws -> String {
        try #require(OpenIDProvider(issuer: issuer)).keySetURL(in: [UInt8](configuration.utf8)).text
    }

    @Test func theIssuerIsTheSameToTheLetter() throws {
        let right = #"{"issuer":"https://id.example.org","jwks_uri":"https://keys.example.org/k"}"#
        #expect(try place(right) == "https://keys.example.org/k")
        for name in [
            "https://id.example.org/", "https://ID.example.org", "https://id.example.org:443", "http://id.example.org",
            "https://evil.example.org", "",
        ] {
            #expect(throws: KeySetError.self) {
                try place(#"{"issuer":"\#(name)","jwks_uri":"https://keys.example.org/k"}"#)
            }
        }
        #expect(throws: KeySetError.self) { try place(#"{"jwks_uri":"https://keys.example.org/k"}"#) }
        #expect(throws: KeySetError.self) {
            try place(#"{"issuer":"https://evil.example.org","# + right.dropFirst())
        }
    }

    @Test func keysDoNotTravelUnprotected() throws {
        for url in [
            #""http://keys.example.org/k""#, #""http://127.0.0.1:9/k""#, #""file:///etc/passwd""#, #""/k""#, "7",
            "null",
        ] {
            #expect(throws: KeySetError.self) {
                try place(#"{"issuer":"https://id.example.org","jwks_uri":\#(url)}"#)
            }
        }
        #expect(throws: KeySetError.self) { try place(#"{"issuer":"https://id.example.org"}"#) }
        let local = #"{"issuer":"http://localhost:9","jwks_uri":"http://127.0.0.1:9/k"}"#
        #expect(try place(local, of: "http://localhost:9") == "http://127.0.0.1:9/k")
    }

    @Test(arguments: [
        "http://id.example.org", "id.example.org", "https://id.example.org?a=b", "https://a@id.example.org",
    ])
    func onlySafeIssuersAreAsked(issuer: String) {
        #expect(OpenIDProvider(issuer: issuer) == nil)
    }
}
