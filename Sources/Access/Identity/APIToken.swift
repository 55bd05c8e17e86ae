import Events
import Foundation
package import OpenSSL

/// A token of Daybook's own: `dbk_`, the token's public id, `_`, and 32 random bytes in base64url.
///
/// Only the SHA-256 of those bytes is ever recorded. They are random and long enough that nothing slower is needed to
/// keep them from being guessed.
package struct APIToken: Sendable {
    /// Where a token begins, so that secret scanners and people know it.
    package static let prefix = "dbk_"
    private static let secretLength = 32

    /// The public id: 32 hexadecimal digits.
    package let id: String
    private let secret: [UInt8]

    private init(id: String, secret: [UInt8]) {
        self.id = id
        self.secret = secret
    }

    /// A new token. Its id sorts by time and holds no `_`, which parts the two halves.
    package static func generate() throws(OpenSSLError) -> APIToken {
        let id = UUIDv7.generate().uuidString.lowercased().filter { $0 != "-" }
        return APIToken(id: id, secret: try SecureRandom.bytes(secretLength))
    }

    /// Reads a token; nil for what is none.
    package init?(_ text: String) {
        guard text.utf8.count <= 300, text.hasPrefix(Self.prefix) else { return nil }
        let rest = text.dropFirst(Self.prefix.count)
        guard let separator = rest.firstIndex(of: "_"), separator > rest.startIndex else { return nil }
        let encoded = rest[rest.index(after: separator)...]
        guard let secret = Base64.decode(encoded, .urlSafe), secret.count == Self.secretLength else { return nil }
        id = String(rest[..<separator])
        self.secret = secret
    }

    /// The token as its bearer sends it. The one place where the secret leaves this value.
    package var text: String { Self.prefix + id + "_" + Base64.encode(secret, .urlSafe) }

    /// What is recorded of the secret.
    package var digest: Digest32 { SHA256.hash(secret) }
}

extension APIToken: CustomStringConvertible {
    /// The public part.
    package var description: String { Self.prefix + id + "_…" }
}
