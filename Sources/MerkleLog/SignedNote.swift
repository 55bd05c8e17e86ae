/// A text with signatures under it (C2SP signed-note).
///
/// Nothing in a note is to be believed before ``verify(with:)`` has returned.
public struct SignedNote: Sendable {
    /// The most signatures that are read.
    public static let maximumSignatures = 100
    /// The longest note that is read where nothing else is said, in bytes.
    public static let maximumByteCount = 1_000_000

    /// The text that is signed, with its last newline.
    public let text: String
    /// The signatures, known and unknown, in order.
    public private(set) var signatures: [NoteSignature]

    /// Signs a text, which must end in a newline, with each key in turn.
    public init(signing text: String, with signers: [NoteSigner]) throws(MerkleLogError) {
        guard text.utf8.last == newline, Self.hasOnlyAllowedCharacters(text), !signers.isEmpty else {
            throw MerkleLogError(
                .malformedNote,
                "A note needs a signer, and a text that ends in a newline and has no other control characters"
            )
        }
        self.text = text
        signatures = []
        for signer in signers { signatures.append(try signer.sign(text)) }
    }

    init(text: String, signatures: [NoteSignature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Adds the signatures of further keys.
    public mutating func sign(with signers: [NoteSigner]) throws(MerkleLogError) {
        for signer in signers { signatures.append(try signer.sign(text)) }
    }

    /// The note as it is stored and sent.
    public var encoded: String {
        signatures.reduce(into: text + "\n") { $0 += $1.line }
    }
}

let newline = UInt8(ascii: "\n")
