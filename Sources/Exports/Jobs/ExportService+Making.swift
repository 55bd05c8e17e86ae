import Time

extension ExportService {
    /// Makes an export now, wherever in the queue it is, unless another server does: then this waits for it.
    ///
    /// - Returns: the export, once it is over: made, failed for good, or called off.
    /// - Throws: `ExportError` where it is left to be tried again later, by a server if one runs.
    package func makeNow(_ id: String, for user: String, rights: ExportRights) async throws -> ExportRecord {
        while true {
            running.begin(id)
            _ = await ExportWorker.make(id, self)
            running.end(id)
            try Task.checkCancellation()
            let record = try await export(id, for: user, rights: rights)
            switch record.state {
            case .completed, .failed, .cancelled: return record
            // Whoever has its turn goes on with it; if they end in the middle, it is taken over here.
            case .running: try await Task.sleep(for: .seconds(1))
            case .queued, .waiting:
                let reason = record.failure ?? "The database could not be reached."
                let next = record.retryAt.map { " It is tried again from \($0.rfc3339) on, where a server runs." } ?? ""
                throw ExportError(.unavailable, "Export \(id) is not made yet. \(reason)\(next)")
            }
        }
    }
}
