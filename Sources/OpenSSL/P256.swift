import COpenSSL

/// The curve P-256 (FIPS 186-5, also prime256v1): agreement on secrets, and signatures.
package enum P256 {
    /// The bytes of a public key, uncompressed: 4, x, y.
    package static let publicKeyLength = 65
    /// The bytes of a private key's number.
    package static let scalarLength = 32

    /// A private key.
    package struct PrivateKey: Sendable {
        private let key: KeyReference
        /// The public half, uncompressed.
        package let publicKey: [UInt8]

        /// A new random key.
        package init() throws(OpenSSLError) {
            try self.init(secret: try SecureRandom.bytes(48))
        }

        /// The key that a secret of at least 48 uniformly random bytes stands for (FIPS 186-5, A.2.1).
        package init(secret: [UInt8]) throws(OpenSSLError) {
            var scalar = [UInt8](repeating: 0, count: P256.scalarLength)
            defer { scalar.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
            guard secret.count >= 48, daybook_p256_scalar(secret, secret.count, &scalar) == 1 else {
                throw OpenSSLError.last(.invalidKey, "A key of P-256 takes 48 random bytes")
            }
            try self.init(scalar: scalar)
        }

        /// The key of a number between 1 and the order of the curve.
        package init(scalar: [UInt8]) throws(OpenSSLError) {
            var point = [UInt8](repeating: 0, count: P256.publicKeyLength)
            guard scalar.count == P256.scalarLength, daybook_p256_public(scalar, &point) == 1,
                let pointer = daybook_p256_key(point, scalar)
            else { throw OpenSSLError.last(.invalidKey, "The number is no private key of P-256") }
            key = KeyReference(owning: pointer)
            publicKey = point
        }

        /// The secret shared with the owner of a public key (ECDH; NIST SP 800-56A): 32 bytes, not uniformly random.
        ///
        /// - Throws: `OpenSSLError(.invalidKey)` where the other one is no point of the curve.
        package func sharedSecret(with other: [UInt8]) throws(OpenSSLError) -> [UInt8] {
            guard other.count == P256.publicKeyLength, other[0] == 4, let peer = daybook_p256_key(other, nil) else {
                throw OpenSSLError.last(.invalidKey, "The bytes are no public key of P-256")
            }
            defer { EVP_PKEY_free(peer) }
            guard let context = EVP_PKEY_CTX_new(key.pointer, nil) else {
                throw OpenSSLError.last(.libraryFailure, "No memory for an agreement")
            }
            defer { EVP_PKEY_CTX_free(context) }
            var secret = [UInt8](repeating: 0, count: 32)
            var length = secret.count
            guard EVP_PKEY_derive_init(context) == 1, EVP_PKEY_derive_set_peer(context, peer) == 1,
                EVP_PKEY_derive(context, &secret, &length) == 1, length == secret.count
            else { throw OpenSSLError.last(.invalidKey, "No secret could be agreed upon") }
            return secret
        }

        /// The signature of a message's SHA-256 (ECDSA): r and s, 32 bytes each.
        package func sign(_ message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
            guard let context = EVP_MD_CTX_new() else {
                throw OpenSSLError.last(.libraryFailure, "No memory for a signature")
            }
            defer { EVP_MD_CTX_free(context) }
            var encoded = [UInt8](repeating: 0, count: 80)
            var length = encoded.count
            var signature = [UInt8](repeating: 0, count: 64)
            guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key.pointer) == 1,
                EVP_DigestSign(context, &encoded, &length, message, message.count) == 1,
                daybook_p256_raw_signature(encoded, length, &signature) == 1
            else { throw OpenSSLError.last(.libraryFailure, "A signature could not be made") }
            return signature
        }
    }
}
