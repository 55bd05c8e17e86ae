/// Ed25519 signatures (RFC 8032): pure, without context or pre-hashing.
public enum Ed25519 {
    /// The bytes of a private key's seed.
    public static let seedByteCount = 32
    /// The bytes of a public key.
    public static let publicKeyByteCount = 32
    /// The bytes of a signature.
    public static let signatureByteCount = 64
}
