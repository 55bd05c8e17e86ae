extension SignedNote {
    /// Reads a note from bytes, which must be UTF-8.
    ///
    /// - Parameter maximumByteCount: how long it may be, where it is one of a kind that grows.
    public init(
        parsing bytes: [UInt8],
        maximumByteCount: Int = SignedNote.maximumByteCount
    ) throws(MerkleLogError) {
        guard bytes.count <= maximumByteCount, let note = String(validating: bytes, as: UTF8.self) else {
            throw MerkleLogError(.malformedNote, "A note is UTF-8 of at most \(maximumByteCount) bytes")
        }
        try self.init(parsing: note, maximumByteCount: maximumByteCount)
    }

    /// Reads a note. Says nothing about whether its signatures are good.
    ///
    /// - Parameter maximumByteCount: how long it may be, where it is one of a kind that grows.
    public init(
        parsing note: String,
        maximumByteCount: Int = SignedNote.maximumByteCount
    ) throws(MerkleLogError) {
        guard note.utf8.count <= maximumByteCount, Self.hasOnlyAllowedCharacters(note) else {
            throw MerkleLogError(.malformedNote, "The note is too long or has control characters")
        }
        guard let (text, lines) = Self.split(note) else {
            throw MerkleLogError(.malformedNote, "A note is a text, an empty line, and signature lines")
        }
        guard lines.count <= Self.maximumSignatures else {
            throw MerkleLogError(.malformedNote, "The note has more than \(Self.maximumSignatures) signatures")
        }
        var signatures: [NoteSignature] = []
        for (index, line) in lines.enumerated() {
            guard let signature = NoteSignature(line: line) else {
                throw MerkleLogError(.malformedNote, "Signature line \(index + 1) of the note is malformed")
            }
            signatures.append(signature)
        }
        self.init(text: text, signatures: signatures)
    }

    /// Divides a note at its last empty line; nil if there is none, or the signatures are none or not whole lines.
    private static func split(_ note: String) -> (text: String, lines: [Substring])? {
        let bytes = note.utf8
        guard bytes.last == newline else { return nil }
        // From the end, so that the text may itself have empty lines.
        var following = bytes.index(before: bytes.endIndex)
        while following > bytes.startIndex {
            let index = bytes.index(before: following)
            if bytes[index] == newline, bytes[following] == newline {
                let signatures = note[bytes.index(after: following)...]
                guard !signatures.isEmpty else { return nil }
                let lines = signatures.utf8.dropLast().split(separator: newline, omittingEmptySubsequences: false)
                return (String(note[...index]), lines.map { Substring($0) })
            }
            following = index
        }
        return nil
    }

    /// Whether a text has no ASCII control characters but newlines.
    static func hasOnlyAllowedCharacters(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 || $0 == newline }
    }
}
