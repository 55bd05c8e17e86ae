import OpenSSL
import Time

/// What a restore names to say which preview it confirms: the preview's event and the digest of what was shown.
///
/// No secret: it lets nobody do what they may not. It only keeps what is restored from being another thing than what
/// was seen, and everything in it is held against the log.
struct PreviewToken: Sendable, Hashable {
    /// The position of the event that says that the preview was shown.
    var position: Int64
    /// SHA-256 of what was shown, in hexadecimal.
    var digest: String
    /// The time that was asked for, if it was asked for by time.
    var time: Timestamp?

    init(position: Int64, digest: String, time: Timestamp?) {
        self.position = position
        self.digest = digest
        self.time = time
    }

    /// Reads a token; nil for what is not one.
    init?(_ text: String) {
        guard let bytes = Base64.decode(text, .urlSafe) else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let position = Int64(parts[0]), position >= 0 else { return nil }
        self.position = position
        digest = String(parts[1])
        if parts[2] == "-" {
            time = nil
        } else {
            guard let time = Timestamp(rfc3339: String(parts[2])) else { return nil }
            self.time = time
        }
        guard self.text == text else { return nil }
    }

    /// The token as clients keep it.
    var text: String {
        Base64.encode([UInt8]("\(position) \(digest) \(time?.rfc3339 ?? "-")".utf8), .urlSafe)
    }
}
