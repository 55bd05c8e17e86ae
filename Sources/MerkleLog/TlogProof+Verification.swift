extension TlogProof {
    /// Checks that the log says, under one of its keys, that the entry at ``index`` has this leaf hash, and returns
    /// the checkpoint that says so.
    ///
    /// - Parameters:
    ///   - leaf: the leaf hash of the entry, computed from the entry by whoever verifies.
    ///   - origin: the log that is expected.
    ///   - logKeys: the keys, present and past, that may sign for that log.
    @discardableResult
    public func verify(
        leaf: Hash,
        origin: String,
        logKeys: [NoteVerifier]
    ) throws(MerkleLogError) -> Checkpoint {
        let checkpoint = try Checkpoint(verifying: checkpoint, origin: origin, logKeys: logKeys)
        let inclusion = InclusionProof(index: index, treeSize: checkpoint.size, hashes: hashes)
        try inclusion.verify(leaf: leaf, root: checkpoint.root)
        return checkpoint
    }
}
