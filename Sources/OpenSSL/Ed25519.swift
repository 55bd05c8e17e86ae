import COpenSSL

/// Ed25519 signatures (RFC 8032): pure, without context or pre-hashing.
public enum Ed25519 {
    /// The bytes of a private key's seed.
    public static let seedByteCount = 32
    /// The bytes of a public key.
    public static let publicKeyByteCount = 32
    /// The bytes of a signature.
    public static let signatureByteCount = 64

    /// Owns one reference to a key of the library.
    ///
    /// `@unchecked Sendable`: the pointer never changes, and a key that nobody alters may be used from several
    /// threads at once (openssl-threads(7)).
    final class KeyReference: @unchecked Sendable {
        let pointer: OpaquePointer

        init(owning pointer: OpaquePointer) {
            self.pointer = pointer
        }

        deinit {
            EVP_PKEY_free(pointer)
        }
    }
}
