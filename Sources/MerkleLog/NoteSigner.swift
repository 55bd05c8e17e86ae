public import OpenSSL

/// A private key and its name: what notes are signed with.
public struct NoteSigner: Sendable {
    private let privateKey: Ed25519.PrivateKey
    /// What others check this signer's signatures with.
    public let verifier: NoteVerifier

    /// A key under a name.
    public init(name: String, privateKey: Ed25519.PrivateKey) throws(MerkleLogError) {
        self.privateKey = privateKey
        verifier = try NoteVerifier(name: name, publicKey: privateKey.publicKey)
    }

    /// The signature of a note's text.
    func sign(_ text: String) throws(MerkleLogError) -> NoteSignature {
        do {
            let bytes = try privateKey.sign(Array(text.utf8))
            return NoteSignature(name: verifier.name, keyID: verifier.keyID, bytes: bytes)
        } catch {
            throw MerkleLogError(.signingFailed, "The note could not be signed: \(error.message)")
        }
    }
}
