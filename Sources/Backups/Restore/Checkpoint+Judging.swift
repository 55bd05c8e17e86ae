package import MerkleLog

extension Checkpoint {
    /// The checkpoint in a note, which one of the log's keys must have signed under the checkpoint's own origin.
    package init(judging note: String, with verifiers: [NoteVerifier]) throws {
        let signed = try SignedNote(parsing: note)
        let signers = try signed.verify(with: verifiers)
        let checkpoint = try Checkpoint(text: signed.text)
        guard signers.contains(where: { $0.name == checkpoint.origin }) else {
            throw BackupError(
                .damaged,
                "The key that signed the checkpoint is of another log than \(checkpoint.origin)."
            )
        }
        self = checkpoint
    }
}

extension BackupRestorer {
    /// The checkpoints in notes that were kept elsewhere, which must be signed ones of the log.
    package static func judge(_ notes: [SignedNote], origin: String, _ verifiers: [NoteVerifier]) throws -> [Checkpoint]
    {
        try notes.map { note in
            guard let checkpoint = try? Checkpoint(judging: note.encoded, with: verifiers), checkpoint.origin == origin
            else {
                throw BackupError(
                    .invalid,
                    "A checkpoint that was given is not signed by a key of the log \(origin); nothing was changed."
                )
            }
            return checkpoint
        }
    }
}
