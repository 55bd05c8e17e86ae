package import MerkleLog

/// A backup and those that it goes on from: a full one first, and together all events from position 0.
package struct BackupChain: Sendable {
    /// Their readers, the full one first.
    package let links: [BackupReader]

    /// The backup itself.
    package var newest: BackupReader { links[links.count - 1] }
    /// The log's name.
    package var origin: String { newest.manifest.origin }
    /// All files of events, in order.
    package var segments: [(reader: BackupReader, segment: BackupManifest.Segment)] {
        links.flatMap { reader in reader.manifest.segments.map { (reader, $0) } }
    }

    /// Opens a backup and all that it rests on.
    ///
    /// - Throws: ``BackupError`` where one of them is missing, or is not the one that the next was made from.
    package init(
        _ backupID: String,
        in storage: any BackupStorage,
        keys: BackupKeys?,
        verifiers: [NoteVerifier]?
    ) async throws {
        var links = [try await BackupReader(backupID, in: storage, keys: keys, verifiers: verifiers)]
        while let last = links.last, let base = last.manifest.base {
            let reader: BackupReader
            do {
                reader = try await BackupReader(base.backupID, in: storage, keys: keys, verifiers: verifiers)
            } catch let error as BackupError where error.kind == .notFound {
                throw BackupError(
                    .damaged,
                    "The backup \(last.manifest.backupID) goes on from \(base.backupID), which is not there."
                )
            }
            guard reader.digest == base.digest else {
                throw BackupError(
                    .damaged,
                    "The backup \(base.backupID) is not the one that \(last.manifest.backupID) was made from."
                )
            }
            // Each ends before the next begins, so that they cannot go round in circles.
            guard reader.manifest.size == last.manifest.from, reader.manifest.size < last.manifest.size,
                reader.manifest.origin == last.manifest.origin
            else {
                throw BackupError(
                    .damaged,
                    "The backup \(last.manifest.backupID) does not go on where \(base.backupID) ends."
                )
            }
            links.append(reader)
        }
        self.links = links.reversed()
    }
}
