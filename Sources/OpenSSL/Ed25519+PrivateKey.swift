import COpenSSL

extension Ed25519 {
    /// A private key. Its seed is wiped from memory when the last copy goes.
    public struct PrivateKey: Sendable {
        private let key: KeyReference
        /// The public half.
        public let publicKey: PublicKey

        /// A new random key.
        public init() throws(OpenSSLError) {
            var seed = try SecureRandom.bytes(Ed25519.seedByteCount)
            defer { seed.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
            try self.init(seed: seed)
        }

        /// The key of a 32-byte seed (RFC 8032, section 5.1.5).
        public init(seed: [UInt8]) throws(OpenSSLError) {
            guard seed.count == Ed25519.seedByteCount else {
                throw OpenSSLError(.invalidKey, "An Ed25519 seed has 32 bytes, not \(seed.count)")
            }
            guard let pointer = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
                throw OpenSSLError.last(.libraryFailure, "An Ed25519 key could not be made")
            }
            key = KeyReference(owning: pointer)
            var length = Ed25519.publicKeyByteCount
            var raw = [UInt8](repeating: 0, count: length)
            guard EVP_PKEY_get_raw_public_key(pointer, &raw, &length) == 1, length == raw.count else {
                throw OpenSSLError.last(.libraryFailure, "The public half of an Ed25519 key could not be had")
            }
            publicKey = try PublicKey(bytes: raw)
        }

        /// Makes and returns the 32-byte seed: a secret.
        public func seed() throws(OpenSSLError) -> [UInt8] {
            var length = Ed25519.seedByteCount
            var seed = [UInt8](repeating: 0, count: length)
            guard EVP_PKEY_get_raw_private_key(key.pointer, &seed, &length) == 1, length == seed.count else {
                throw OpenSSLError.last(.libraryFailure, "The seed of an Ed25519 key could not be had")
            }
            return seed
        }

        /// The 64-byte signature of a message.
        public func sign(_ message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
            guard let context = EVP_MD_CTX_new() else {
                throw OpenSSLError.last(.libraryFailure, "No memory for a signature")
            }
            defer { EVP_MD_CTX_free(context) }
            var length = Ed25519.signatureByteCount
            var signature = [UInt8](repeating: 0, count: length)
            guard
                EVP_DigestSignInit(context, nil, nil, nil, key.pointer) == 1,
                EVP_DigestSign(context, &signature, &length, message, message.count) == 1,
                length == signature.count
            else {
                throw OpenSSLError.last(.libraryFailure, "An Ed25519 signature could not be made")
            }
            return signature
        }
    }
}
