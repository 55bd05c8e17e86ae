import COpenSSL

/// HMAC with SHA-256 (RFC 2104, FIPS 198-1).
package enum HMAC {
    private static let blockSize = 64

    /// The authentication code of a message under a key of any length.
    package static func sha256(key: [UInt8], message: UnsafeRawBufferPointer) -> Digest32 {
        // Built on the low-level hash: the library's one-shot call fetches its algorithm anew each time.
        var block = key.count > blockSize ? SHA256.hash(key).bytes : key
        block.append(contentsOf: repeatElement(0, count: blockSize - block.count))
        defer { block.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }

        for index in block.indices { block[index] ^= 0x36 }
        let inner = block.withUnsafeBytes { SHA256.hash($0, message) }
        for index in block.indices { block[index] ^= 0x36 ^ 0x5c }
        return block.withUnsafeBytes { outer in inner.withUnsafeBytes { SHA256.hash(outer, $0) } }
    }

    package static func sha256(key: [UInt8], message: [UInt8]) -> Digest32 {
        message.withUnsafeBytes { sha256(key: key, message: $0) }
    }
}
