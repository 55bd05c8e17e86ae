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
    ///
    /// - Parameter outlines: of backups that keys of the log have signed.
    package func others(among outlines: [BackupOutline]) -> [BackupRestorer.OtherBackup] {
        let own = Set(links.map(\.manifest.backupID))
        return outlines.filter { outline in
            !own.contains(outline.backupID) && outline.origin == origin && outline.size <= newest.manifest.size
        }
        .map { BackupRestorer.OtherBackup(backupID: $0.backupID, checkpoint: $0.checkpoint) }
    }
}
