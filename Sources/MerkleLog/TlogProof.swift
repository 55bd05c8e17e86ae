public import OpenSSL

/// A proof that an entry is in a log, to be checked offline: inclusion proof and signed checkpoint (C2SP tlog-proof).
public struct TlogProof: Sendable {
    /// The first line of the text form.
    static let header = "c2sp.org/tlog-proof@v1"
    /// No path in a tree is longer, since sizes fit in 63 bits.
    private static let maximumHashes = 63

    /// Data for the application. Nothing authenticates it.
    public let extra: [UInt8]?
    /// The entry's index in the log.
    public let index: Int64
    /// The sibling hashes, from the leaf's up to the root's child.
    public let hashes: [Hash]
    /// The signed checkpoint.
    public let checkpoint: SignedNote

    /// A proof from its parts. Empty extra data counts as none.
    public init(inclusion: InclusionProof, checkpoint: SignedNote, extra: [UInt8]? = nil) {
        self.extra = extra?.isEmpty == true ? nil : extra
        index = inclusion.index
        hashes = inclusion.hashes
        self.checkpoint = checkpoint
    }

    /// Reads a proof from its text form. Says nothing about whether it holds.
    public init(parsing text: String) throws(MerkleLogError) {
        let lines = text.utf8.split(
            separator: newline,
            maxSplits: Self.maximumHashes + 4,
            omittingEmptySubsequences: false
        )
        .map { Substring($0) }
        guard let blank = lines.firstIndex(of: ""), blank >= 2, lines[0].hasSameBytes(as: Self.header) else {
            throw MerkleLogError(
                .malformedProof,
                "A proof has the line \(Self.header), an index, hashes, an empty line, and a checkpoint"
            )
        }
        var rest = lines[1..<blank]
        extra = try Self.takeExtra(from: &rest)
        guard
            let line = rest.popFirst(),
            let digits = line.value(after: "index "),
            let index = Int64(canonicalDecimal: digits)
        else {
            throw MerkleLogError(.malformedProof, "The proof has no line \"index N\" where it should be")
        }
        self.index = index
        var hashes: [Hash] = []
        for line in rest {
            guard let hash = Hash(base64: String(line)), hashes.count < Self.maximumHashes else {
                throw MerkleLogError(.malformedProof, "The proof has a line that is not a hash in base64, or too many")
            }
            hashes.append(hash)
        }
        self.hashes = hashes
        checkpoint = try SignedNote(parsing: String(text[lines[blank].endIndex...].unicodeScalars.dropFirst()))
    }

    /// The text form; files of it have the extension `.tlog-proof`.
    public var text: String {
        var text = Self.header + "\n"
        if let extra { text += "extra \(Base64.encode(extra))\n" }
        text += "index \(index)\n"
        for hash in hashes { text += hash.base64 + "\n" }
        return text + "\n" + checkpoint.encoded
    }

    private static func takeExtra(from lines: inout ArraySlice<Substring>) throws(MerkleLogError) -> [UInt8]? {
        guard let text = lines.first?.value(after: "extra ") else { return nil }
        guard let extra = Base64.decode(text), !extra.isEmpty else {
            throw MerkleLogError(.malformedProof, "The extra data of the proof is not base64")
        }
        lines.removeFirst()
        return extra
    }
}

extension Substring {
    /// What follows a label at the start of the line; nil without the label.
    fileprivate func value(after label: String) -> Substring? {
        utf8.starts(with: label.utf8) ? Substring(utf8.dropFirst(label.utf8.count)) : nil
    }
}
