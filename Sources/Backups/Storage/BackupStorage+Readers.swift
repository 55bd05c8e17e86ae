package import MerkleLog

extension BackupStorage {
    /// The finished backups that can be read, by their manifests; and of those that cannot, each with why. One that
    /// somebody put there to be in the way is in nobody's way.
    ///
    /// - Parameter verifiers: the log's keys; nil where they are not known yet, and manifests are judged later.
    package func readers(verifiers: [NoteVerifier]?) async throws -> (readers: [BackupReader], unreadable: [String]) {
        var (readers, unreadable): ([BackupReader], [String]) = ([], [])
        for stored in try await backups() where stored.isFinished {
            do {
                readers.append(try await BackupReader(stored.backupID, in: self, keys: nil, verifiers: verifiers))
            } catch let error as BackupError where error.kind != .inaccessible {
                unreadable.append("\(stored.backupID): \(error.message)")
            }
        }
        return (readers, unreadable)
    }
}
