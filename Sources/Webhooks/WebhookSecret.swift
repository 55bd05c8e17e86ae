import OpenSSL

/// What both sides of a webhook know (Standard Webhooks 1.0): one secret, or while it is changed two, the newer first.
package struct WebhookSecret: Sendable {
    private static let prefix = "whsec_"
    let keys: [[UInt8]]

    /// Reads secrets separated by white space, each `whsec_` and the base 64 of 24 to 64 bytes; nil for anything else.
    package init?(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        let keys = words.compactMap { word -> [UInt8]? in
            guard word.hasPrefix(Self.prefix) else { return nil }
            return Base64.decode(word.dropFirst(Self.prefix.count))
        }
        guard (1...2).contains(words.count), keys.count == words.count,
            keys.allSatisfy({ (24...64).contains($0.count) })
        else { return nil }
        self.keys = keys
    }

    /// What `webhook-signature` says: a signature by each secret.
    func signatures(id: String, seconds: Int64, body: [UInt8]) -> String {
        let message = Array("\(id).\(seconds).".utf8) + body
        return keys.map { "v1,\(HMAC.sha256(key: $0, message: message).base64)" }.joined(separator: " ")
    }
}
