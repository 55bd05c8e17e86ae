import EventStore
import OpenSSL

/// Makes texts into a cookie, and knows its own again: AES-256-GCM under a secret of the log's signing key, so that every replica
/// reads what another has made, and a rotation of the key takes nothing back.
struct CookieSeal: Sendable {
    private static let format = "2."
    private static let longest = 4_000

    let keys: KeyStore
    /// What the cookie is for; one that was made for something else is none.
    let purpose: String

    /// The value of a cookie. No text holds a line break.
    func close(_ texts: [String]) throws -> String {
        let cipher = try AES256GCM(key: try keys.secret(for: purpose))
        let text = texts.joined(separator: "\n")
        return Self.format + Base64.encode(try cipher.seal(Array(text.utf8), context: context), .urlSafe)
    }

    /// The texts of a cookie; nil for what was not made here.
    func open(_ value: String) -> [String]? {
        guard value.utf8.count <= Self.longest, value.hasPrefix(Self.format),
            let sealed = Base64.decode(value.dropFirst(Self.format.count), .urlSafe),
            let secrets = try? keys.secrets(for: purpose)
        else { return nil }
        for key in [secrets.current] + secrets.others {
            guard let text = try? AES256GCM(key: key).open(sealed, context: context) else { continue }
            return String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
                .map(String.init)
        }
        return nil
    }

    private var context: [UInt8] { Array(purpose.utf8) }
}
