package import OpenSSL

/// A token that Daybook issues: `dbk_<id>_<secret>`.
///
/// The id finds the record; the secret proves that its bearer is meant. Only the secret's digest is ever stored, and
/// only the one who asked for the token sees ``text``, once.
package struct APIToken: Sendable {
    /// What every token begins with, so that it is known for one wherever it turns up.
    package static let prefix = "dbk_"

    private static let idBytes = 12
    private static let secretBytes = 32

    /// The token's id: 24 hexadecimal digits. No secret.
    package let id: String
    private let secret: String

    /// A new random token.
    package static func generate() throws(OpenSSLError) -> APIToken {
        APIToken(
            id: Hex.encode(try SecureRandom.bytes(idBytes)),
            secret: Base64.encode(try SecureRandom.bytes(secretBytes), .urlSafe)
        )
    }

    private init(id: String, secret: String) {
        self.id = id
        self.secret = secret
    }

    /// Reads a token's text; nil if it is not of this form.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.utf8.count).split(separator: "_", maxSplits: 1)
        // A base64url secret may itself hold underscores; an id never does.
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (1...128).contains(parts[1].utf8.count) else {
            return nil
        }
        self.init(id: String(parts[0]), secret: String(parts[1]))
    }

    /// SHA-256 of the secret's text: what is stored. The secret has 256 random bits, so that no slow hash is needed.
    package var digest: Digest32 { SHA256.hash(secret) }

    /// The whole token: a secret.
    package var text: String { "\(Self.prefix)\(id)_\(secret)" }
}

extension APIToken: CustomStringConvertible {
    /// The id alone.
    package var description: String { "\(Self.prefix)\(id)_…" }
}
