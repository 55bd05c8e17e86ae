import EventStore

extension BackupChain {
    /// Refuses a size of the log at which only a part of what somebody appended at once would be in it. A moment never is one:
    /// what is appended at once is recorded at one time.
    ///
    /// Reads the checkpoints up to there; more only where the size is not that of one.
    package func requireWholeAppends(at point: RestorePoint) async throws {
        guard case .size(let size) = point, let link = links.first(where: { size <= $0.manifest.size }) else { return }
        var edges = AppendEdges(of: size)
        for file in link.manifest.checkpoints where edges.batch == nil {
            try edges.find(in: await link.content(of: file))
        }
        guard edges.isInside, let batch = edges.batch else { return }
        for file in link.manifest.idempotencyKeys {
            try edges.add(idempotencyKeys: await link.content(of: file))
        }
        for segment in link.manifest.segments where segment.range.overlaps(batch) {
            try edges.add(await link.rows(of: segment))
        }
        guard let (before, after) = edges.neighbours else { return }
        throw BackupError.insideAnAppend(size - 1, before: before - 1, after: after - 1)
    }
}

extension BackupError {
    fileprivate static func insideAnAppend(_ position: Int64, before: Int64, after: Int64) -> BackupError {
        let choice =
            before < 0
            ? "Choose position \(after), right after it."
            : "Choose position \(before), right before it, or \(after), right after it."
        return BackupError(
            .invalid,
            "Position \(position) lies within what was appended at once and only holds as a whole. \(choice)"
        )
    }
}
