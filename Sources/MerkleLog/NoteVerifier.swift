public import OpenSSL

/// A known public key and its name: what signatures of notes are checked with.
///
/// Of the signature types that C2SP signed-note assigns, Ed25519 (`0x01`) alone is supported.
public struct NoteVerifier: Sendable {
    static let ed25519: UInt8 = 0x01

    /// The name under which the key signs.
    public let name: String
    /// The first four bytes of the hash of name, signature type and public key.
    public let keyID: UInt32
    /// The key.
    public let publicKey: Ed25519.PublicKey

    /// A key under a name.
    public init(name: String, publicKey: Ed25519.PublicKey) throws(MerkleLogError) {
        guard KeyName.isValid(name) else {
            throw MerkleLogError(.malformedKey, "A key name must not be empty or contain white space or a plus sign")
        }
        self.name = name
        self.publicKey = publicKey
        keyID = Self.keyID(name: name, publicKey: publicKey)
    }

    /// A key from its text form, `name+id+base64`, refused unless the id is the key's own.
    public init(encoded: String) throws(MerkleLogError) {
        let parts = encoded.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard
            parts.count == 3,
            let material = Base64.decode(parts[2]),
            material.first == Self.ed25519,
            let key = try? Ed25519.PublicKey(bytes: Array(material.dropFirst()))
        else {
            throw MerkleLogError(.malformedKey, "An Ed25519 verifier key has the form name+id+base64")
        }
        try self.init(name: String(parts[0]), publicKey: key)
        guard parts[1].hasSameBytes(as: keyIDText) else {
            throw MerkleLogError(.malformedKey, "The id in the verifier key is not that of its name and public key")
        }
    }

    /// The key's text form (C2SP signed-note, "Verifier keys").
    public var encoded: String {
        "\(name)+\(keyIDText)+\(Base64.encode([Self.ed25519] + publicKey.bytes))"
    }

    /// The key id as eight hexadecimal digits.
    public var keyIDText: String {
        withUnsafeBytes(of: keyID.bigEndian) { Hex.encode($0) }
    }

    /// Whether a signature names this key.
    func isNamed(by signature: NoteSignature) -> Bool {
        signature.keyID == keyID && signature.name.hasSameBytes(as: name)
    }

    private static func keyID(name: String, publicKey: Ed25519.PublicKey) -> UInt32 {
        var hash = SHA256()
        hash.update(name)
        hash.update([UInt8(ascii: "\n"), ed25519])
        hash.update(publicKey.bytes)
        return hash.finalize().withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(as: UInt32.self)) }
    }
}
