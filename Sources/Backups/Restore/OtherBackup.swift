package import MerkleLog

extension BackupRestorer {
    /// Another backup in the repository, which has to be of the history that is restored.
    package struct OtherBackup: Sendable {
        /// Its id.
        package var backupID: String
        /// What it ends with.
        package var checkpoint: Checkpoint
    }
}

extension BackupChain {
    /// The other backups of the log that the chain reaches as far as. A log that was restored twice, or beside the one that
    /// runs, has two histories under one name; nobody but a person can say which one is wanted.
    package func others(
        among readers: [BackupReader],
        signedFor verifiers: [NoteVerifier]
    ) -> [BackupRestorer.OtherBackup] {
        let own = Set(links.map(\.manifest.backupID))
        return readers.compactMap { reader in
            let manifest = reader.manifest
            guard !own.contains(manifest.backupID), manifest.origin == origin,
                manifest.size <= newest.manifest.size, (try? reader.judge(with: verifiers)) != nil,
                let checkpoint = try? reader.checkpoint()
            else { return nil }
            return BackupRestorer.OtherBackup(backupID: manifest.backupID, checkpoint: checkpoint)
        }
    }
}
