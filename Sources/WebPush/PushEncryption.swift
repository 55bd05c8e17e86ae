package import OpenSSL

/// Encrypts a message for one browser (RFC 8291), in the content coding `aes128gcm` (RFC 8188) with a single record.
package enum PushEncryption {
    /// The longest message: push services need not take more than 4,096 bytes (RFC 8030, section 7.2).
    package static let longest = 4_096 - headerLength - AES128GCM.tagLength - 1
    private static let headerLength = 16 + 4 + 1 + P256.publicKeyLength
    private static let recordSize: [UInt8] = [0, 0, 16, 0]

    /// Encrypts under a fresh key and salt.
    package static func seal(_ text: [UInt8], for receiver: PushReceiver) throws(OpenSSLError) -> [UInt8] {
        try seal(text, for: receiver, by: P256.PrivateKey(), salt: SecureRandom.bytes(16))
    }

    /// Encrypts under a given key and salt, neither of which may be used again.
    static func seal(
        _ text: [UInt8],
        for receiver: PushReceiver,
        by key: P256.PrivateKey,
        salt: [UInt8]
    ) throws(OpenSSLError) -> [UInt8] {
        // RFC 8291, section 3.4.
        let shared = HKDF.extract(try key.sharedSecret(with: receiver.publicKey), salt: receiver.secret)
        let context = Array("WebPush: info\0".utf8) + receiver.publicKey + key.publicKey
        let material = HKDF.extract(HKDF.expand(shared, info: context, count: 32), salt: salt)
        // RFC 8188, section 2. The last record, which is the only one, ends in 2.
        let sealed = try AES128GCM.seal(
            text + [2],
            key: HKDF.expand(material, info: Array("Content-Encoding: aes128gcm\0".utf8), count: 16),
            nonce: HKDF.expand(material, info: Array("Content-Encoding: nonce\0".utf8), count: 12)
        )
        return salt + recordSize + [UInt8(P256.publicKeyLength)] + key.publicKey + sealed
    }
}
