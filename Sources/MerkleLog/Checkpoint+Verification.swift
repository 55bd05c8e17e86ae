extension Checkpoint {
    /// The checkpoint in a note, once it is known to be signed by the log.
    ///
    /// - Parameters:
    ///   - origin: the log that is expected; its bytes must be those in the checkpoint.
    ///   - logKeys: the keys, present and past, that may sign for that log. One good signature is enough.
    public init(
        verifying note: SignedNote,
        origin: String,
        logKeys: [NoteVerifier]
    ) throws(MerkleLogError) {
        try note.verify(with: logKeys)
        let checkpoint = try Checkpoint(text: note.text)
        guard checkpoint.origin.hasSameBytes(as: origin) else {
            throw MerkleLogError(
                .wrongOrigin,
                "The checkpoint is of the log \(checkpoint.origin), where \(origin) was expected"
            )
        }
        self = checkpoint
    }
}

extension Int64 {
    /// A non-negative number in decimal, without sign or leading zeros; nil for anything else.
    init?(canonicalDecimal text: some StringProtocol) {
        let digits = text.utf8
        let isCanonical =
            digits.first != UInt8(ascii: "0") || digits.count == 1
        guard isCanonical, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        self.init(text)
    }
}
