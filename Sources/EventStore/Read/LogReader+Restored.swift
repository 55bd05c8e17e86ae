import Events

extension LogReader {
    /// Where it was recorded last that the log was restored from a backup; -1 where it never was.
    ///
    /// What was to be done by itself before that is done only once it is asked for anew: it may have been done since, or this is
    /// a copy for a trial, beside the log whose people and repositories these are.
    package func lastRestored() async throws -> Int64 {
        try await eventsBackwards(types: [Backups.Restored.type], limit: 1).first?.position ?? -1
    }
}
