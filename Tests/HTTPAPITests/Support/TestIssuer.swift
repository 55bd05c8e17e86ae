import Foundation
import JSON
import JWTKit
import OpenSSL
import TestSupport
import Time

@testable import HTTPAPI

/// An identity provider that can do wrong in every way.
struct TestIssuer: Sendable {
    let keyID: String
    let algorithm: String
    let jwk: JSONObject
    let publicPEM: String
    private let signer: any JWTAlgorithm

    /// A key of the named algorithm.
    static func make(_ algorithm: String = "ES256", keyID: String = "k1") async throws -> TestIssuer {
        let keys = JWTKeyCollection()
        var jwk: JSONObject = ["kid": .string(keyID), "use": "sig", "alg": .string(algorithm)]
        let publicPEM: String
        switch algorithm {
        case "ES256":
            let key = ES256PrivateKey()
            await keys.add(ecdsa: key, kid: "key")
            (jwk["kty"], jwk["crv"]) = ("EC", "P-256")
            jwk["x"] = .string(urlSafe(key.parameters?.x ?? ""))
            jwk["y"] = .string(urlSafe(key.parameters?.y ?? ""))
            publicPEM = key.publicKey.pemRepresentation
        case "EdDSA":
            let key = try EdDSA.PrivateKey()
            await keys.add(eddsa: key, kid: "key")
            (jwk["kty"], jwk["crv"]) = ("OKP", "Ed25519")
            jwk["x"] = .string(Base64.encode([UInt8](key.publicKey.rawRepresentation), .urlSafe))
            publicPEM = key.publicKey.pemRepresentation
        default:
            let key = try Insecure.RSA.PrivateKey(pem: try rsaPEM(bits: 2_048))
            let (modulus, exponent) = try key.publicKey.getKeyPrimitives()
            await keys.add(rsa: key, digestAlgorithm: .sha256, kid: "key")
            jwk["kty"] = "RSA"
            jwk["n"] = .string(Base64.encode([UInt8](modulus), .urlSafe))
            jwk["e"] = .string(Base64.encode([UInt8](exponent), .urlSafe))
            publicPEM = key.publicKey.pemRepresentation
        }
        return TestIssuer(
            keyID: keyID,
            algorithm: algorithm,
            jwk: jwk,
            publicPEM: publicPEM,
            signer: try await keys.getKey(for: "key", alg: algorithm)
        )
    }

    /// A token. Null removes a claim or a member of the header.
    func token(
        header changes: [String: JSONValue] = [:],
        claims claimChanges: [String: JSONValue] = [:]
    ) throws -> String {
        let signed = Self.encoded(header(changes)) + "." + Self.encoded(Self.claims(claimChanges))
        return signed + "." + Base64.encode(try signer.sign([UInt8](signed.utf8)), .urlSafe)
    }

    /// A token that is signed by HMAC-SHA-256 under some bytes, such as this issuer's public key.
    func token(hmacKey: [UInt8], header changes: [String: JSONValue]) -> String {
        let signed = Self.encoded(header(changes)) + "." + Self.encoded(Self.claims([:]))
        let code = HMAC.sha256(key: hmacKey, message: [UInt8](signed.utf8))
        return signed + "." + Base64.encode(code.bytes, .urlSafe)
    }

    /// A token without signature.
    func unsigned(algorithm: String) -> String {
        Self.encoded(header(["alg": .string(algorithm)])) + "." + Self.encoded(Self.claims([:])) + "."
    }

    /// The key set of some issuers.
    static func keySet(_ issuers: TestIssuer..., adding others: [JSONObject] = []) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(["keys": .array(issuers.map { .object($0.jwk) } + others.map { .object($0) })] as JSONObject)
        return writer.bytes
    }

    /// 2026-01-01T00:00:00Z, which is now in these tests.
    static let now: Int64 = 1_767_225_600

    static let settings = JWTSettings(
        issuer: "https://id.example.org",
        audience: "daybook",
        clockSkew: .seconds(30),
        clock: { Timestamp(microseconds: now * 1_000_000) }
    )

    private func header(_ changes: [String: JSONValue]) -> JSONObject {
        Self.changed(["alg": .string(algorithm), "kid": .string(keyID), "typ": "JWT"], changes)
    }

    private static func claims(_ changes: [String: JSONValue]) -> JSONObject {
        changed(
            [
                "iss": "https://id.example.org",
                "aud": .array(["other", "daybook"]),
                "sub": "ada",
                "iat": .number(JSONNumber(now - 10)),
                "nbf": .number(JSONNumber(now - 10)),
                "exp": .number(JSONNumber(now + 300)),
            ],
            changes
        )
    }

    private static func changed(_ object: JSONObject, _ changes: [String: JSONValue]) -> JSONObject {
        var object = object
        for (name, value) in changes { object[name] = value.isNull ? JSONValue?.none : value }
        return object
    }

    private static func encoded(_ object: JSONObject) -> String {
        var writer = JSONWriter()
        writer.value(object)
        return Base64.encode(writer.bytes, .urlSafe)
    }

    private static func urlSafe(_ standard: String) -> String {
        Base64.encode(Base64.decode(standard) ?? [], .urlSafe)
    }

    static func rsaPEM(bits: Int) throws -> String {
        try Program.runHere(["openssl", "genrsa", "\(bits)"]).output
    }
}

/// A key set that tests change, and that counts how often it is read.
actor ChangingKeySet: KeySetSource {
    nonisolated let interval = Duration.seconds(3_600)
    nonisolated let minimumInterval: Duration
    private(set) var readings = 0
    private var bytes: [UInt8]?

    init(_ bytes: [UInt8]?, minimumInterval: Duration = .zero) {
        self.bytes = bytes
        self.minimumInterval = minimumInterval
    }

    func change(to bytes: [UInt8]?) { self.bytes = bytes }

    func read() async throws(KeySetError) -> [UInt8] {
        readings += 1
        guard let bytes else { throw KeySetError(.unreachable, "The provider is away") }
        return bytes
    }
}
