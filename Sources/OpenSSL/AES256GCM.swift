import COpenSSL

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D): encrypts, and finds whatever was changed.
package struct AES256GCM: Sendable {
    /// The length of a key.
    package static let keyLength = 32
    /// The length of a nonce, which must never be used twice with a key.
    package static let nonceLength = 12
    /// The length of the code at the end.
    package static let tagLength = 16

    private let key: [UInt8]

    /// A cipher with a key of 32 bytes.
    package init(key: [UInt8]) throws(OpenSSLError) {
        guard key.count == Self.keyLength else { throw OpenSSLError(.invalidKey, "The key must have 32 bytes") }
        self.key = key
    }

    /// Encrypts under a fresh random nonce: nonce, ciphertext, tag.
    ///
    /// - Parameter context: what the text belongs to; it opens only with the same.
    package func seal(_ text: [UInt8], context: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        let nonce = try SecureRandom.bytes(Self.nonceLength)
        guard let cipher = EVP_CIPHER_CTX_new() else { throw Self.failure("The cipher could not be set up") }
        defer { EVP_CIPHER_CTX_free(cipher) }
        guard EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1 else {
            throw Self.failure("The cipher could not be set up")
        }
        var length: Int32 = 0
        var sealed = [UInt8](repeating: 0, count: text.count)
        guard EVP_EncryptUpdate(cipher, nil, &length, context, try Self.length(context)) == 1,
            EVP_EncryptUpdate(cipher, &sealed, &length, text, try Self.length(text)) == 1
        else { throw Self.failure("The text could not be encrypted") }
        var rest = [UInt8](repeating: 0, count: 16)
        var tag = [UInt8](repeating: 0, count: Self.tagLength)
        guard EVP_EncryptFinal_ex(cipher, &rest, &length) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, Int32(Self.tagLength), &tag) == 1
        else { throw Self.failure("The text could not be encrypted") }
        return nonce + sealed + tag
    }

    /// Decrypts what ``seal(_:context:)`` made; throws if a bit of it, or of the context, is another.
    package func open(_ sealed: [UInt8], context: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        guard sealed.count >= Self.nonceLength + Self.tagLength else { throw Self.forged }
        let nonce = Array(sealed.prefix(Self.nonceLength))
        var tag = Array(sealed.suffix(Self.tagLength))
        let text = Array(sealed.dropFirst(Self.nonceLength).dropLast(Self.tagLength))
        guard let cipher = EVP_CIPHER_CTX_new() else { throw Self.failure("The cipher could not be set up") }
        defer { EVP_CIPHER_CTX_free(cipher) }
        guard EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1 else {
            throw Self.failure("The cipher could not be set up")
        }
        var length: Int32 = 0
        var opened = [UInt8](repeating: 0, count: text.count)
        guard EVP_DecryptUpdate(cipher, nil, &length, context, try Self.length(context)) == 1,
            EVP_DecryptUpdate(cipher, &opened, &length, text, try Self.length(text)) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, Int32(Self.tagLength), &tag) == 1
        else { throw Self.failure("The text could not be decrypted") }
        var rest = [UInt8](repeating: 0, count: 16)
        guard EVP_DecryptFinal_ex(cipher, &rest, &length) == 1 else { throw Self.forged }
        return opened
    }

    private static func length(_ bytes: [UInt8]) throws(OpenSSLError) -> Int32 {
        guard let length = Int32(exactly: bytes.count) else { throw failure("The text is too long") }
        return length
    }

    private static var forged: OpenSSLError {
        ERR_clear_error()
        return OpenSSLError(.decryptionFailed, "The text was changed, or the key is another")
    }

    private static func failure(_ message: String) -> OpenSSLError {
        .last(.libraryFailure, message)
    }
}
