/// A key of AES-256-GCM that somebody keeps, with an id by which it is known again.
package struct EncryptionKey: Sendable {
    /// Encrypts and opens.
    package let cipher: AES256GCM
    /// By which a reader knows which key it takes, and nothing else of it.
    package let id: String

    /// A key of 32 bytes.
    ///
    /// - Parameter label: what it is for; ids of one key for two purposes differ.
    package init(bytes: [UInt8], label: String) throws(OpenSSLError) {
        cipher = try AES256GCM(key: bytes)
        id = String(HMAC.sha256(key: bytes, message: Array("daybook \(label) key id".utf8)).hex.prefix(16))
    }

    /// A key written as 64 hexadecimal digits; nil for anything else.
    package init?(hexadecimal text: String, label: String) {
        guard let bytes = Hex.decode(text), let key = try? EncryptionKey(bytes: bytes, label: label) else { return nil }
        self = key
    }
}
