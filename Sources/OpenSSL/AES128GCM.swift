import COpenSSL

/// AES-128 in Galois/Counter Mode (NIST SP 800-38D), for protocols that agree on key and nonce.
package enum AES128GCM {
    /// The length of a key.
    package static let keyLength = 16
    /// The length of the code at the end.
    package static let tagLength = 16

    /// Encrypts: ciphertext, tag. The key must never be used with the same nonce again.
    package static func seal(_ text: [UInt8], key: [UInt8], nonce: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        guard key.count == keyLength, nonce.count == 12, let count = Int32(exactly: text.count) else {
            throw OpenSSLError(.invalidKey, "AES-128-GCM takes a key of 16 bytes and a nonce of 12")
        }
        guard let cipher = EVP_CIPHER_CTX_new() else {
            throw OpenSSLError.last(.libraryFailure, "No memory for a cipher")
        }
        defer { EVP_CIPHER_CTX_free(cipher) }
        var length: Int32 = 0
        var sealed = [UInt8](repeating: 0, count: text.count)
        var rest = [UInt8](repeating: 0, count: 16)
        var tag = [UInt8](repeating: 0, count: tagLength)
        guard EVP_EncryptInit_ex(cipher, EVP_aes_128_gcm(), nil, key, nonce) == 1,
            EVP_EncryptUpdate(cipher, &sealed, &length, text, count) == 1,
            EVP_EncryptFinal_ex(cipher, &rest, &length) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, Int32(tagLength), &tag) == 1
        else { throw OpenSSLError.last(.libraryFailure, "The text could not be encrypted") }
        return sealed + tag
    }
}
