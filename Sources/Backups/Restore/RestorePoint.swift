import EventStore
package import Time

/// Up to where a backup is restored.
package enum RestorePoint: Sendable, Hashable {
    /// All of it.
    case end
    /// So many events.
    case size(Int64)
    /// What had been recorded at a moment.
    case moment(Timestamp)

    /// Refuses what a backup does not reach.
    func check(_ chain: BackupChain) throws {
        let manifest = chain.newest.manifest
        switch self {
        case .end: return
        case .size(let size):
            guard size >= 1, size <= manifest.size else {
                throw BackupError(
                    .invalid,
                    "The backup \(manifest.backupID) has the first \(manifest.size) events; "
                        + "it can be restored to any number from 1 to that."
                )
            }
        case .moment(let moment):
            let first = chain.links[0].manifest.firstRecordedAt ?? manifest.createdAt
            // From then on events may have been recorded that are not in it.
            let last = manifest.createdAt
            guard moment >= first, moment <= last else {
                throw BackupError(
                    .invalid,
                    "The backup \(manifest.backupID) reaches from \(first.rfc3339) to \(last.rfc3339)."
                )
            }
        }
    }

    /// The position before which it lies, as far as rows say: their end if it lies after them.
    func end(in rows: RowCopy) throws -> Int64 {
        switch self {
        case .end: rows.range.upperBound
        case .size(let size): max(rows.range.lowerBound, min(size, rows.range.upperBound))
        case .moment(let moment): try rows.firstPosition(after: moment)
        }
    }
}
