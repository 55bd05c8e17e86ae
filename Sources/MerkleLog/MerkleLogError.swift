/// A refusal of this module: something given to it is malformed, out of range, or does not verify.
public struct MerkleLogError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: Sendable, Hashable {
        /// An index or a size lies outside the tree.
        case outOfRange
        /// The stored edge of a tree does not fit its size.
        case malformedEdge
        /// A source of nodes did not return the hashes that it was asked for.
        case missingNodes
        /// A proof has too few or too many hashes for its index and sizes.
        case wrongProofLength
        /// A proof leads to another root: leaf, proof and root do not belong together.
        case rootMismatch
        /// A key name, verifier key or key id is not of the form that signed notes ask for.
        case malformedKey
        /// Two different keys were given that have the same name and id.
        case ambiguousKey
        /// A text is not a signed note.
        case malformedNote
        /// A note is signed by none of the known keys.
        case unknownSigner
        /// A signature that claims to be from a known key is not.
        case invalidSignature
        /// OpenSSL could not sign.
        case signingFailed
        /// A note's text is not a checkpoint.
        case malformedCheckpoint
        /// A checkpoint is of another log.
        case wrongOrigin
        /// A path is not that of a tile, or bytes are not those of a tile or an entry bundle.
        case malformedTile
        /// A text is not a transparency log proof.
        case malformedProof
    }

    /// What went wrong.
    public let code: Code
    /// What went wrong, in words for the person who gave the input.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What went wrong, in words.
    public var description: String { message }
}
