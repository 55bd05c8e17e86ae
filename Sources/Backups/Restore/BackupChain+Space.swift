extension BackupChain {
    /// How often what the files hold is there once it was restored: as rows, in their indexes, in the read models and in the
    /// database's own log of changes. An estimate, on the safe side.
    private static let copies: Int64 = 3

    /// How many bytes a data directory takes in which this is restored, about.
    package func restoredBytes(to point: RestorePoint) -> Int64 {
        var bytes: Int64 = 0
        for link in links {
            if case .moment(let moment) = point, let first = link.manifest.firstRecordedAt, first > moment { continue }
            for segment in link.manifest.segments {
                if case .size(let size) = point, segment.from >= size { continue }
                bytes += segment.file.rawBytes
            }
            bytes += (link.manifest.checkpoints + link.manifest.idempotencyKeys).reduce(0) { $0 + $1.rawBytes }
        }
        return bytes * Self.copies
    }
}
