/// The statement "the log of this origin has this many entries and this root" (C2SP tlog-checkpoint).
public struct Checkpoint: Sendable {
    /// The log's name.
    public let origin: String
    /// The number of entries.
    public let size: Int64
    /// The root over them.
    public let root: Hash
    /// Further lines, which mean nothing here.
    public let extensions: [String]

    /// A statement, refused if a line is empty, holds a control character, or the size is negative.
    public init(origin: String, size: Int64, root: Hash, extensions: [String] = []) throws(MerkleLogError) {
        guard size >= 0, ([origin] + extensions).allSatisfy(Self.isLine) else {
            throw MerkleLogError(
                .malformedCheckpoint,
                "A checkpoint has a size of at least 0, and lines that are not empty and hold no control characters"
            )
        }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads the text of a checkpoint, without signatures.
    public init(text: String) throws(MerkleLogError) {
        let lines = text.utf8.split(separator: newline, omittingEmptySubsequences: false).map { String(Substring($0)) }
        guard
            lines.count >= 4,
            lines.last == "",
            let size = Int64(canonicalDecimal: lines[1]),
            let root = Hash(base64: lines[2])
        else {
            throw MerkleLogError(
                .malformedCheckpoint,
                "A checkpoint has the lines origin, size and root, each ending in a newline"
            )
        }
        try self.init(origin: lines[0], size: size, root: root, extensions: Array(lines[3..<lines.count - 1]))
    }

    /// The text that is signed.
    public var text: String {
        extensions.reduce(into: "\(origin)\n\(size)\n\(root.base64)\n") { $0 += "\($1)\n" }
    }

    /// The statement with signatures.
    public func signed(with signers: [NoteSigner]) throws(MerkleLogError) -> SignedNote {
        try SignedNote(signing: text, with: signers)
    }

    private static func isLine(_ line: String) -> Bool {
        !line.isEmpty && line.utf8.allSatisfy { $0 >= 0x20 }
    }
}
