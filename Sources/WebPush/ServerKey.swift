import JSON
package import OpenSSL
package import Time

/// The key by which push services know this server (RFC 8292, VAPID).
package struct ServerKey: Sendable {
    /// How long a token is good; a day at most.
    private static let life: Int64 = 12 * 3_600
    private let key: P256.PrivateKey

    /// The key that a secret stands for: the same wherever the secret is.
    package init(secret: [UInt8]) throws(OpenSSLError) {
        // 48 bytes, so that every key is as likely as any other.
        key = try P256.PrivateKey(secret: HKDF.expand(secret, info: Array("web push server key".utf8), count: 48))
    }

    /// What browsers subscribe with (`applicationServerKey`), in URL-safe base 64.
    package var publicText: String { Base64.encode(key.publicKey, .urlSafe) }

    /// What `Authorization` says to the push service of an origin.
    ///
    /// - Parameter contact: a `mailto:` or https address at which the service reaches whoever runs this server.
    package func authorization(to origin: String, contact: String, at now: Timestamp) throws(OpenSSLError) -> String {
        var claims = JSONWriter()
        claims.object { writer in
            writer.member("aud", origin)
            writer.member("exp", now.microseconds / 1_000_000 + Self.life)
            writer.member("sub", contact)
        }
        let header = Base64.encode(Array(#"{"typ":"JWT","alg":"ES256"}"#.utf8), .urlSafe)
        let signed = "\(header).\(Base64.encode(claims.bytes, .urlSafe))"
        let signature = Base64.encode(try key.sign(Array(signed.utf8)), .urlSafe)
        return "vapid t=\(signed).\(signature), k=\(publicText)"
    }
}
