package import MerkleLog

extension BackupStorage {
    /// The finished backups that can be read, by their manifests; and of those that cannot, each with why. One that
    /// somebody put there to be in the way is in nobody's way.
    ///
    /// - Parameter verifiers: the log's keys; nil where they are not known yet, and manifests are judged later.
    package func outlines(verifiers: [NoteVerifier]?) async throws -> (outlines: [BackupOutline], unreadable: [String])
    {
        var (outlines, unreadable): ([BackupOutline], [String]) = ([], [])
        for stored in try await backups() where stored.isFinished {
            do {
                let reader = try await BackupReader(stored.backupID, in: self, keys: nil, verifiers: verifiers)
                outlines.append(try BackupOutline(reader))
            } catch let error as BackupError where error.kind != .inaccessible {
                unreadable.append("\(stored.backupID): \(error.message)")
            }
        }
        return (outlines, unreadable)
    }
}
