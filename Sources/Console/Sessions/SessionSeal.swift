package import EventStore
import OpenSSL
import Time

/// Makes sessions into cookies, and knows its own again: AES-256-GCM under a secret of the log's signing key, so that every
/// replica reads what another has made, and a rotation of the key ends no session.
package struct SessionSeal: Sendable {
    private static let format = "1."
    private static let purpose = "console-sessions"

    private let keys: KeyStore

    /// A seal by a log's keys.
    package init(keys: KeyStore) {
        self.keys = keys
    }

    /// The value of a cookie.
    package func close(_ session: ConsoleSession) throws -> String {
        let text = [
            session.id, Base64.encode(session.secret, .urlSafe), session.tokenID,
            String(session.startedAt.microseconds), String(session.seenAt.microseconds),
        ].joined(separator: "\n")
        let cipher = try AES256GCM(key: try keys.secrets(for: Self.purpose).current)
        return Self.format + Base64.encode(try cipher.seal(Array(text.utf8), context: context), .urlSafe)
    }

    /// The session of a cookie; nil for what was not made here.
    package func open(_ value: String) -> ConsoleSession? {
        guard value.utf8.count <= 2_048, value.hasPrefix(Self.format),
            let sealed = Base64.decode(value.dropFirst(Self.format.count), .urlSafe),
            let secrets = try? keys.secrets(for: Self.purpose)
        else { return nil }
        for key in [secrets.current] + secrets.others {
            guard let text = try? AES256GCM(key: key).open(sealed, context: context) else { continue }
            return Self.read(String(decoding: text, as: UTF8.self))
        }
        return nil
    }

    private var context: [UInt8] { Array(Self.purpose.utf8) }

    private static func read(_ text: String) -> ConsoleSession? {
        let parts = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, let secret = Base64.decode(parts[1], .urlSafe), secret.count == 32,
            let started = Int64(parts[3]), let seen = Int64(parts[4])
        else { return nil }
        return ConsoleSession(
            id: parts[0],
            secret: secret,
            tokenID: parts[2],
            startedAt: Timestamp(microseconds: started),
            seenAt: Timestamp(microseconds: seen)
        )
    }
}
