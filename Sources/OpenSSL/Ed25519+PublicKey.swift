import COpenSSL

extension Ed25519 {
    /// A public key.
    public struct PublicKey: Sendable {
        private let key: KeyReference
        /// The 32-byte encoding (RFC 8032, section 5.1.2).
        public let bytes: [UInt8]

        /// The key of a 32-byte encoding. An encoding that names no point is accepted here and verifies nothing.
        public init(bytes: [UInt8]) throws(OpenSSLError) {
            guard bytes.count == Ed25519.publicKeyByteCount else {
                throw OpenSSLError(.invalidKey, "An Ed25519 public key has 32 bytes, not \(bytes.count)")
            }
            guard let pointer = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count) else {
                throw OpenSSLError.last(.invalidKey, "The bytes are not an Ed25519 public key")
            }
            key = KeyReference(owning: pointer)
            self.bytes = bytes
        }

        /// Whether a signature is this key's signature of a message. Want of memory counts as no.
        public func verify(_ signature: [UInt8], of message: [UInt8]) -> Bool {
            guard signature.count == Ed25519.signatureByteCount, let context = EVP_MD_CTX_new() else { return false }
            defer {
                EVP_MD_CTX_free(context)
                ERR_clear_error()
            }
            return EVP_DigestVerifyInit(context, nil, nil, nil, key.pointer) == 1
                && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        }
    }
}

extension Ed25519.PublicKey: Hashable {
    /// Whether two keys have the same encoding.
    public static func == (first: Self, second: Self) -> Bool {
        first.bytes == second.bytes
    }

    /// Hashes the encoding.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes)
    }
}
