import Foundation
import JSON
import Logging
import TestSupport
import Testing

@testable import HTTPAPI

/// Where the keys of an identity provider come from, and what happens when they change.
@Suite struct KeySetTests {
    private let algorithms = Set(JWTSettings.Algorithm.allCases)

    private func jwt(_ source: any KeySetSource) -> JWTAuthenticator {
        JWTAuthenticator(
            TestIssuer.settings,
            keys: KeySet(source, algorithms: algorithms, logger: .silent)
        )
    }

    @Test func aRotatedKeyIsFoundWhenATokenNamesIt() async throws {
        let old = try await TestIssuer.make(keyID: "old")
        let new = try await TestIssuer.make(keyID: "new")
        let source = ChangingKeySet(TestIssuer.keySet(old))
        let jwt = jwt(source)
        #expect(try await jwt.authenticate(bearer: old.token()).actor == "ada")
        await source.change(to: TestIssuer.keySet(new))
        #expect(try await jwt.authenticate(bearer: new.token()).actor == "ada")
        // What the old key signed is no longer good, though it was verified before.
        await #expect(throws: AuthenticationFailure.self) { try await jwt.authenticate(bearer: old.token()) }
    }

    @Test func knownKeysStayInUseWhileTheProviderIsAway() async throws {
        let issuer = try await TestIssuer.make()
        let source = ChangingKeySet(TestIssuer.keySet(issuer))
        let jwt = jwt(source)
        #expect(try await jwt.authenticate(bearer: issuer.token()).actor == "ada")
        await source.change(to: nil)
        // The key may be a new one: the client is to try again, not to throw its token away.
        let problem = await #expect(throws: Problem.self) {
            try await jwt.authenticate(bearer: issuer.token(header: ["kid": "x"]))
        }
        #expect(problem?.kind == .unavailable)
        #expect(try await jwt.authenticate(bearer: issuer.token()).actor == "ada")
        await source.change(to: [UInt8]("<html>".utf8))
        await #expect(throws: Problem.self) {
            try await jwt.authenticate(bearer: issuer.token(header: ["kid": "x"]))
        }
        #expect(try await jwt.authenticate(bearer: issuer.token()).actor == "ada")
    }

    @Test func withoutAnyKeyItIs503AndNotReady() async throws {
        let issuer = try await TestIssuer.make()
        let keys = KeySet(ChangingKeySet(nil), algorithms: algorithms, logger: .silent)
        let jwt = JWTAuthenticator(TestIssuer.settings, keys: keys)
        let answer = try await exchange(
            .get,
            "/me",
            headers: ["Authorization": "Bearer \(try issuer.token())"],
            jwt: jwt
        )
        #expect(answer.status == 503)
        #expect(answer.headers[.retryAfter] != nil)
        let ready = try await exchange(.get, "/readyz", readiness: [keys])
        #expect(ready.status == 503)
        #expect(ready.json?["checks"]?.array?.first?["name"]?.string == "sign-in keys")
    }

    @Test func keysThatCannotBeUsedArePassedOver() async throws {
        let issuer = try await TestIssuer.make()
        let others: [JSONObject] = [
            ["kty": "oct", "k": "c2VjcmV0"], ["kty": "RSA", "kid": "short", "n": "AQAB", "e": "AQAB"],
            ["kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"], ["kty": "EC", "crv": "P-256", "x": "AA"],
            ["kty": "OKP", "crv": "X25519", "x": "AA"], ["use": "enc", "kty": "RSA"], [:],
        ]
        let keys = try await VerificationKeys(
            jwks: TestIssuer.keySet(issuer, adding: others),
            algorithms: algorithms
        )
        #expect(keys.ignored.count == others.count)
        #expect(keys.key("k1", for: .es256) != nil)
        await #expect(throws: KeySetError.self) {
            try await VerificationKeys(jwks: TestIssuer.keySet(adding: others), algorithms: algorithms)
        }
    }

    @Test func aReplacedFileIsNoticed() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let old = try await TestIssuer.make("EdDSA", keyID: "old")
        let new = try await TestIssuer.make("EdDSA", keyID: "new")
        try Data(TestIssuer.keySet(old)).write(to: URL(fileURLWithPath: path))
        let keys = KeySet(
            KeySetFile(path: path, interval: .milliseconds(20)),
            algorithms: algorithms,
            logger: .silent
        )
        let jwt = JWTAuthenticator(TestIssuer.settings, keys: keys)
        #expect(try await jwt.authenticate(bearer: old.token()).actor == "ada")

        try Data(TestIssuer.keySet(new)).write(to: URL(fileURLWithPath: path), options: .atomic)
        let watching = Task { try await keys.run() }
        defer { watching.cancel() }
        // The watch alone has to find it: no token asks for the new key.
        #expect(try await eventually { keys.generation == 2 })
        await #expect(throws: AuthenticationFailure.self) { try await jwt.authenticate(bearer: old.token()) }
        #expect(try await jwt.authenticate(bearer: new.token()).actor == "ada")
    }

    @Test func aMissingFileIsAReasonNotToBeReady() async throws {
        let keys = KeySet(KeySetFile(path: "/nonexistent/keys.json"), algorithms: algorithms, logger: .silent)
        await keys.read()
        #expect(await keys.obstacle()?.contains("/nonexistent/keys.json") == true)
    }

    @Test(arguments: [
        "http://id.example.org/jwks", "ftp://localhost/jwks", "file:///etc/passwd", "", "https://",
        "https:/id.example.org",
        "http://localhost:pw@evil.example.org/", "https://me@id.example.org/",
        "https://id.example.org\\@evil.example.org/",
        "https://id.example.org/#a", "https://id.example.org/a b", "http://localhost.evil.example.org/",
    ])
    func onlySafeURLsAreTaken(url: String) {
        #expect(ProviderURL(url) == nil)
    }

    @Test func aFileThatIsNoneIsNotWaitedFor() async {
        await #expect(throws: KeySetError.self) { try await KeySetFile(path: "/dev/null").read() }
    }
}
