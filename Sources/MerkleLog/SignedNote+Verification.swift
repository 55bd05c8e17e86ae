extension SignedNote {
    /// Checks a note against known keys, and returns the keys that signed it, in the order of their signatures.
    ///
    /// Signatures of unknown keys are ignored, as the specification asks. One signature that claims to be from a
    /// known key and is not condemns the whole note, and so does the absence of any from a known key.
    @discardableResult
    public func verify(with verifiers: [NoteVerifier]) throws(MerkleLogError) -> [NoteVerifier] {
        var signers: [NoteVerifier] = []
        let message = Array(text.utf8)
        for signature in signatures {
            let candidates = verifiers.filter { $0.isNamed(by: signature) }
            guard let verifier = candidates.first else { continue }
            guard candidates.allSatisfy({ $0.publicKey == verifier.publicKey }) else {
                throw MerkleLogError(.ambiguousKey, "Two known keys have the name and id of a signature: give one")
            }
            guard verifier.publicKey.verify(signature.bytes, of: message) else {
                throw MerkleLogError(
                    .invalidSignature,
                    "The signature under the name \(verifier.name)+\(verifier.keyIDText) is not that key's"
                )
            }
            if !signers.contains(where: { $0.isNamed(by: signature) }) { signers.append(verifier) }
        }
        guard !signers.isEmpty else {
            throw MerkleLogError(.unknownSigner, "The note is not signed by any of the \(verifiers.count) known keys")
        }
        return signers
    }
}
